// The code blocks of the documents a user reads.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CodeBlock {
  /** Path from the project's root. */
  readonly page: string;
  /** Of the block's first line of code, from 1. */
  readonly line: number;
  /** What is written behind the fence. */
  readonly language: string;
  readonly text: string;
  /** Why it can't be executed, as the comment `<!-- not executed: reason -->` before it says. */
  readonly notExecuted?: string;
}

const FENCE = /^ *```(.*)$/;
const NOT_EXECUTED = /^<!-- not executed: (.+) -->$/;
/** A block without a language that begins so is a shell's too. */
const COMMAND = /^(?:npm|npx|node) /;

/** README.md, docs/*.md, and the READMEs of the examples. @param root the project's, with a slash at its end */
export function listPages(root: string): string[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' });
  const readmes = examples.filter((name) => /(?:^|[/\\])README\.md$/.test(name) && !name.includes('node_modules'));
  return ['README.md', ...docs.map((name) => `docs/${name}`), ...readmes.map((name) => `examples/${name}`)].sort();
}

export function readBlocks(root: string, pages: readonly string[]): CodeBlock[] {
  return pages.flatMap((page) => findBlocks(page, readFileSync(join(root, page), 'utf8')));
}

/** @throws {Error} when the last block has no end. */
export function findBlocks(page: string, markdown: string): CodeBlock[] {
  const lines = markdown.split(/\r?\n/);
  const blocks: CodeBlock[] = [];
  for (let begin = 0; begin < lines.length; begin += 1) {
    const language = FENCE.exec(lines[begin] ?? '')?.[1]?.trim();
    if (language === undefined) continue;
    const end = lines.findIndex((line, index) => index > begin && FENCE.test(line));
    if (end === -1) throw new Error(`${page}:${begin + 1}: expected an end of the code block`);
    const text = lines.slice(begin + 1, end).join('\n');
    const reason = NOT_EXECUTED.exec(lines.slice(0, begin).findLast((line) => line.trim() !== '') ?? '')?.[1];
    blocks.push({
      page,
      line: begin + 2,
      language: language === '' && COMMAND.test(text) ? 'sh' : language,
      text,
      ...(reason !== undefined && { notExecuted: reason }),
    });
    begin = end;
  }
  return blocks;
}
