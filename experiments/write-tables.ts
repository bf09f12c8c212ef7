// Writes the summaries of committed results from their raw data, and from both the tables of the documents:
// npm run docs:tables [-- --check]
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, UsageError } from './command-line.js';
import { findNamedRuns, GUARANTEES_PAGE, PROMISES_BLOCK, writePromisesBlock } from './faults/guarantees-page.js';
import { regenerateSummary } from './regenerate-summary.js';
import { writeReadmeTable } from './report/readme-table.js';
import { describeResults, tabulateResults } from './report/results-table.js';
import { readRun } from './runner/raw-data.js';
import { replaceBlock } from './table-block.js';

const RESULTS = 'results';
const COMPARE_RESULTS = join(RESULTS, 'compare');
const LANGFUSE_SCENARIOS = ['langfuse', 'langfuse-rare'];
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
  ...LANGFUSE_SCENARIOS.map((name) => ({
    document: join('docs', 'langfuse.md'),
    name,
    write: async () => {
      const folder = (await listFolders(join(RESULTS, name))).at(-1);
      if (folder === undefined)
        return `No reference run yet: \`npm run experiment -- ${name} --reference --results ${RESULTS}/${name}/DATE\`.`;
      return writeReadmeTable(await readRun(join(RESULTS, name, folder)), `../${RESULTS}/${name}/${folder}`);
    },
  })),
  {
    document: join(RESULTS, 'README.md'),
    name: 'results',
    write: async () => tabulateResults(await Promise.all((await listResults()).map(describeFolder))),
  },
  {
    document: GUARANTEES_PAGE,
    name: PROMISES_BLOCK,
    write: async () => writePromisesBlock(findNamedRuns(await readFile(GUARANTEES_PAGE, 'utf8'))),
  },
];

await runProgram('docs:tables', async () => {
  const [flag, stray] = process.argv.slice(2);
  if ((flag !== undefined && flag !== '--check') || stray !== undefined) {
    throw new UsageError(`expected nothing or --check, got '${stray ?? flag}'`);
  }
  const isCheck = flag === '--check';
  // First: the index of results quotes them.
  for (const folder of await listResults()) {
    const summary = await regenerateSummary(join(RESULTS, folder));
    if (summary !== null)
      await settle({ file: join(RESULTS, folder, 'summary.md'), what: 'summary', isCheck }, summary);
  }
  for (const { document, name, write } of TABLES) {
    const after = replaceBlock(document, await readFile(document, 'utf8'), name, await write());
    await settle({ file: document, what: `table '${name}'`, isCheck }, after);
  }
});

interface Settled {
  readonly file: string;
  /** That is in the file, in words. */
  readonly what: string;
  /** Only see whether it is up to date. */
  readonly isCheck: boolean;
}

/** @throws {UsageError} when the text is only checked, and the file has another. */
async function settle({ file, what, isCheck }: Settled, text: string): Promise<void> {
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) return;
  if (isCheck) throw new UsageError(`${file}: stale ${what}; write it with: npm run docs:tables`);
  await writeFile(file, text);
  process.stdout.write(`${file}: ${what} written\n`);
}

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
