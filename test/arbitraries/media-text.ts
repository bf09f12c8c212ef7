import { createHash } from 'node:crypto';
import fc from 'fast-check';

/** Langfuse's own expression. */
export const DATA_URI = /data:[^;]+;base64,[A-Za-z0-9+/]+=*/g;

/** What @langfuse/otel 5.11 does to one attribute, rewritten step by step and without its uploads. */
export function replaceAsLangfuse(text: string): string {
  let replaced = text;
  for (const uri of new Set(text.match(DATA_URI) ?? [])) {
    const tag = tagAsLangfuse(uri);
    if (tag !== undefined) replaced = replaced.replaceAll(uri, tag);
  }
  return replaced;
}

function tagAsLangfuse(uri: string): string | undefined {
  const [header, data] = uri.slice(5).split(',', 2);
  if (!header || !data) return undefined;
  const parts = header.split(';');
  if (!parts.includes('base64') || !parts[0]) return undefined;
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.codePointAt(0) as number);
    const hash = createHash('sha256').update(bytes).digest('base64');
    const id = hash.replaceAll('+', '-').replaceAll('/', '_').slice(0, 22);
    return `@@@langfuseMedia:type=${parts[0]}|id=${id}|source=base64_data_uri@@@`;
  } catch {
    return undefined;
  }
}

const TYPE_PARTS = [
  'image/png',
  'text/plain',
  'metadata: see ',
  'data:',
  'base64',
  ',',
  ' ',
  '\n',
  'ế',
  '$&',
  '$$',
  "$'",
  '$`',
  '$1',
];
const BASE64_PARTS = ['QUJD', 'QQ', 'Q', 'iVBORw0KGgo+/w', 'AAAA', 'data', '=', '==', ',', ' ', '-', 'ế'];

/** Mostly one; now and then a part is missing or does not fit. */
const dataUri = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('image/png') },
      fc.array(fc.constantFrom(...TYPE_PARTS), { maxLength: 3 }).map((parts) => parts.join('')),
    ),
    fc.array(fc.constantFrom(...BASE64_PARTS), { maxLength: 3 }).map((parts) => parts.join('')),
  )
  .map(([type, base64]) => `data:${type};base64,${base64}`);

const filler = fc.oneof(
  fc.constantFrom('data:', ';base64,', 'base64', 'AAAA', ';', ',', ' ', '"', '@@@', 'ế', '\ud800'),
  fc.string({ maxLength: 4 }),
);

/** Text in which data URIs, and what only looks like one, are frequent. */
export const mediaText: fc.Arbitrary<string> = fc
  .array(fc.oneof(dataUri, filler), { maxLength: 12 })
  .map((parts) => parts.join(''));
