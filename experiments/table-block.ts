import { UsageError } from './command-line.js';

/**
 * A document with another text between its marks `<!-- table:NAME -->` and `<!-- /table:NAME -->`.
 *
 * @throws {UsageError} when it lacks them.
 */
export function replaceBlock(document: string, text: string, name: string, block: string): string {
  const [begin, end] = findBlock(document, text, name);
  return `${text.slice(0, begin)}\n${block}\n${text.slice(end)}`;
}

/** What is between the marks now. @throws {UsageError} when the document lacks them. */
export function readBlock(document: string, text: string, name: string): string {
  return text.slice(...findBlock(document, text, name));
}

function findBlock(document: string, text: string, name: string): readonly [begin: number, end: number] {
  const [beginMark, endMark] = [`<!-- table:${name} -->`, `<!-- /table:${name} -->`];
  const begin = text.indexOf(beginMark);
  const end = text.indexOf(endMark);
  if (begin === -1 || end < begin) throw new UsageError(`${document}: expected the marks ${beginMark} and ${endMark}`);
  return [begin + beginMark.length, end];
}
