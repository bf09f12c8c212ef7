// Writes the tables of the documents from committed results: npm run docs:tables [-- --check]
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, UsageError } from './command-line.js';
import { writeReadmeTable } from './report/readme-table.js';
import { readRun } from './runner/raw-data.js';

const README = 'README.md';
const COMPARE_RESULTS = join('results', 'compare');
const BEGIN = '<!-- table:compare -->';
const END = '<!-- /table:compare -->';

await runProgram('docs:tables', async () => {
  const [flag, stray] = process.argv.slice(2);
  if ((flag !== undefined && flag !== '--check') || stray !== undefined) {
    throw new UsageError(`expected nothing or --check, got '${stray ?? flag}'`);
  }
  const before = await readFile(README, 'utf8');
  const folder = await findNewest(COMPARE_RESULTS);
  const after = replaceBlock(before, writeReadmeTable(await readRun(folder), folder));
  if (before === after) return;
  if (flag === '--check') throw new UsageError(`${README} has a stale table; write it with: npm run docs:tables`);
  await writeFile(README, after);
  process.stdout.write(`${README}: table written from ${folder}\n`);
});

/** Folders are named by date, so the last by name is the newest. */
async function findNewest(parent: string): Promise<string> {
  const entries = existsSync(parent) ? await readdir(parent, { withFileTypes: true }) : [];
  const newest = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .at(-1);
  if (newest === undefined) throw new UsageError(`${parent} holds no run; see results/README.md for how to make one`);
  return join(parent, newest);
}

function replaceBlock(text: string, block: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new UsageError(`${README}: expected the marks ${BEGIN} and ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${block}\n${text.slice(end)}`;
}
