/** A data URI in a text. */
export interface FoundUri {
  readonly uri: string;
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

const SCHEME = 'data:';
const BASE64_MARKER = ';base64,';
const EQUALS_SIGN = 0x3d;

const IS_BASE64 = new Uint8Array(0x80);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  IS_BASE64[character.charCodeAt(0)] = 1;
}

/**
 * The matches of `data:[^;]+;base64,[A-Za-z0-9+/]+=*`, which is how Langfuse's SDK finds media, in the order of the text.
 * In linear time: where a text has n times `data:` and no `;`, the expression looks at n² / 2 stretches of it.
 */
export function findDataUris(text: string): FoundUri[] {
  const found: FoundUri[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf(SCHEME, from);
    if (start < 0) return found;
    const typeStart = start + SCHEME.length;
    const typeEnd = text.indexOf(';', typeStart);
    if (typeEnd < 0) return found;
    // No `data:` up to this semicolon has another one to end at.
    from = typeEnd + 1;
    if (typeEnd === typeStart || !text.startsWith(BASE64_MARKER, typeEnd)) continue;
    const dataStart = typeEnd + BASE64_MARKER.length;
    const end = skipBase64(text, dataStart);
    if (end === dataStart) continue;
    from = skipEqualsSigns(text, end);
    found.push({ uri: text.slice(start, from), start, end: from });
  }
}

/** What a data URI says of itself. */
export interface DataUri {
  readonly contentType: string;
  /** Not empty; whether it is base64 remains to be seen. */
  readonly base64: string;
}

/**
 * Reads a found URI as Langfuse's SDK does, which takes a comma in the type for the one in front of the data.
 *
 * @returns undefined when that leaves no type or no base64.
 */
export function parseDataUri(uri: string): DataUri | undefined {
  const content = uri.slice(SCHEME.length);
  const headerEnd = content.indexOf(',');
  const nextComma = content.indexOf(',', headerEnd + 1);
  const base64 = content.slice(headerEnd + 1, nextComma < 0 ? content.length : nextComma);
  const parts = content.slice(0, headerEnd).split(';');
  const contentType = parts[0] ?? '';
  return parts.includes('base64') && contentType !== '' && base64 !== '' ? { contentType, base64 } : undefined;
}

/** A loop over the characters takes a fifth of the time of a regular expression. */
function skipBase64(text: string, start: number): number {
  let position = start;
  while (IS_BASE64[text.charCodeAt(position)] === 1) position++;
  return position;
}

function skipEqualsSigns(text: string, start: number): number {
  let position = start;
  while (text.charCodeAt(position) === EQUALS_SIGN) position++;
  return position;
}
