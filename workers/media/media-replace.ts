import type { FoundUri } from './media-scan.js';

/** By how much one replacement may lengthen a text at most, in characters. */
const MAX_GROWTH_LENGTH = 16 * 1024 * 1024;

/** One search of the text for each URI, up to so many characters in all: a tenth of a second. */
const MAX_SEARCHED_LENGTH = 2 ** 28;

/** What `replaceAll` fills in, when what it searches is a string. */
const REPLACEMENT_PATTERN = /\$[$&`']/g;

/**
 * Puts tags in the place of URIs, one URI after the other, everywhere in the text, as Langfuse's SDK does: a URI that
 * is part of a longer one is replaced there as well. Where that would take too long, the places where they were found
 * are replaced in one go, which differs for such parts only.
 *
 * @param tags By URI; what has none stays.
 */
export function replaceUris(text: string, found: readonly FoundUri[], tags: ReadonlyMap<string, string>): string {
  if (tags.size * text.length > MAX_SEARCHED_LENGTH) return replaceInOneGo(text, found, tags);
  let replaced = text;
  for (const [uri, tag] of tags) replaced = replaceText(replaced, uri, tag) ?? replaced;
  return replaced;
}

/**
 * `text.replaceAll(searched, tag)`, in which `$&` and its kin are filled in: a media type is any text. They stay as they
 * are where a few of them would fill the memory.
 *
 * @returns undefined when the text would still grow without measure, as one of many short searched ones does.
 */
export function replaceText(text: string, searched: string, tag: string): string | undefined {
  const patternCount = tag.match(REPLACEMENT_PATTERN)?.length ?? 0;
  if (!mayGrowTo(text, searched, tag.length)) return undefined;
  if (!mayGrowTo(text, searched, tag.length + patternCount * text.length)) {
    return text.replaceAll(searched, () => tag);
  }
  return text.replaceAll(searched, tag);
}

function mayGrowTo(text: string, searched: string, replacementLength: number): boolean {
  const maxCount = Math.floor(text.length / searched.length);
  return maxCount * (replacementLength - searched.length) <= MAX_GROWTH_LENGTH;
}

function replaceInOneGo(text: string, found: readonly FoundUri[], tags: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  let keptFrom = 0;
  for (const { uri, start, end } of found) {
    const tag = tags.get(uri);
    if (tag === undefined) continue;
    parts.push(text.slice(keptFrom, start), tag);
    keptFrom = end;
  }
  parts.push(text.slice(keptFrom));
  return parts.join('');
}
