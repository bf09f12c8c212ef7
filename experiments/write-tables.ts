// Writes the tables of the documents from committed results: npm run docs:tables [-- --check]
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, UsageError } from './command-line.js';
import { writeReadmeTable } from './report/readme-table.js';
import { describeResults, tabulateResults } from './report/results-table.js';
import { readRun } from './runner/raw-data.js';

const RESULTS = 'results';
const COMPARE_RESULTS = join(RESULTS, 'compare');
/** Whatever was run last here; not committed. */
const LOCAL_RESULTS = 'local';

/** A table between two marks of a document, and how it is made. */
const TABLES = [
  {
    document: 'README.md',
    name: 'compare',
    write: async () => {
      const folder = await findNewest(COMPARE_RESULTS);
      return writeReadmeTable(await readRun(folder), folder);
    },
  },
  {
    document: join(RESULTS, 'README.md'),
    name: 'results',
    write: async () => tabulateResults(await Promise.all((await listResults()).map(describeFolder))),
  },
];

await runProgram('docs:tables', async () => {
  const [flag, stray] = process.argv.slice(2);
  if ((flag !== undefined && flag !== '--check') || stray !== undefined) {
    throw new UsageError(`expected nothing or --check, got '${stray ?? flag}'`);
  }
  for (const { document, name, write } of TABLES) {
    const before = await readFile(document, 'utf8');
    const after = replaceBlock(document, before, name, await write());
    if (before === after) continue;
    if (flag === '--check') throw new UsageError(`${document} has a stale table; write it with: npm run docs:tables`);
    await writeFile(document, after);
    process.stdout.write(`${document}: table '${name}' written\n`);
  }
});

/** Folders are named by date, so the last by name is the newest. */
async function findNewest(parent: string): Promise<string> {
  const newest = (await listFolders(parent)).at(-1);
  if (newest === undefined) throw new UsageError(`${parent} holds no run; see results/README.md for how to make one`);
  return join(parent, newest);
}

/** Of every run, as `compare/2026-11-22`. */
async function listResults(): Promise<string[]> {
  const kinds = (await listFolders(RESULTS)).filter((kind) => kind !== LOCAL_RESULTS);
  const folders = await Promise.all(
    kinds.map(async (kind) => (await listFolders(join(RESULTS, kind))).map((name) => `${kind}/${name}`)),
  );
  return folders.flat();
}

async function describeFolder(folder: string) {
  const [summary, raw] = await Promise.all(
    ['summary.md', 'raw.jsonl'].map((name) => readFile(join(RESULTS, folder, name), 'utf8')),
  );
  return describeResults(folder, summary ?? '', raw ?? '');
}

async function listFolders(parent: string): Promise<string[]> {
  const entries = existsSync(parent) ? await readdir(parent, { withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function replaceBlock(document: string, text: string, name: string, block: string): string {
  const [beginMark, endMark] = [`<!-- table:${name} -->`, `<!-- /table:${name} -->`];
  const begin = text.indexOf(beginMark);
  const end = text.indexOf(endMark);
  if (begin === -1 || end < begin) throw new UsageError(`${document}: expected the marks ${beginMark} and ${endMark}`);
  return `${text.slice(0, begin + beginMark.length)}\n${block}\n${text.slice(end)}`;
}
