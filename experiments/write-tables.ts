// Writes the summaries of committed results from their raw data, and from both the tables of the documents:
// npm run docs:tables [-- --check]
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, UsageError } from './command-line.js';
import { findNamedRuns, GUARANTEES_PAGE, PROMISES_BLOCK, writePromisesBlock } from './faults/guarantees-page.js';
import { FINDINGS_TABLES } from './findings/pages.js';
import { writePowerBlock } from './gate/power-documents.js';
import { parseAccuracyRun, writeAccuracyListing } from './loop-delay/accuracy-record.js';
import { parseCostRun, writeCostTable } from './loop-delay/cost-table.js';
import { CHOOSING_BLOCKS, writeChoosingBlock, writeMissingBlock } from './matrix/choosing-tables.js';
import { findMatrixRun } from './matrix/matrix-record.js';
import { listOptions, OPTIONS_BLOCKS, OPTIONS_PAGE, writeOptionsTable } from './options-page/options-table.js';
import type { OrderCheck } from './order-check/check-order.js';
import { writeOrderSummary } from './order-check/order-report.js';
import { checkFolder } from './order-check/run-order-check.js';
import { regenerateSummary } from './regenerate-summary.js';
import { writeExportArmsBlock } from './report/export-arms-block.js';
import { writeReadmeTable } from './report/readme-table.js';
import { describeResults, tabulateResults } from './report/results-table.js';
import { findNewest, listFolders, listResults, RESULTS } from './results-folders.js';
import type { Provenance } from './runner/provenance.js';
import { readRun } from './runner/raw-data.js';
import { writeSizingTable } from './sizing/sizing-table.js';
import { STUDY_TABLES } from './study-tables/document-tables.js';
import { WAYS_TABLES } from './study-tables/ways-to-trace/ways-page.js';
import { replaceBlock } from './table-block.js';

const SOURCES = new URL('../../src/', import.meta.url);
const COST_RESULTS = join(RESULTS, 'loop-delay-cost');
const ACCURACY_RESULTS = join(RESULTS, 'loop-delay-accuracy');
const LOOP_DELAY_PAGE = join('docs', 'loop-delay.md');
const CHOOSING_PAGE = join('docs', 'choosing.md');
const LANGFUSE_SCENARIOS = ['langfuse', 'langfuse-rare'];
/** In which smaller batches stand beside offloop. */
const CHOOSING_SCENARIOS = ['m6-auto-flush-100', 'm6-auto-flush-spike'];
const METHODOLOGY_PAGE = join('experiments', 'METHODOLOGY.md');

/** A table between two marks of a document, and how it is made. */
const TABLES = [
  {
    document: 'README.md',
    name: 'compare',
    write: async () => {
      const folder = await findNewest('compare');
      if (folder === undefined) {
        throw new UsageError('results/compare holds no run; see results/README.md for how to make one');
      }
      return writeReadmeTable(await readRun(folder), folder);
    },
  },
  ...LANGFUSE_SCENARIOS.map((name) => ({
    document: join('docs', 'langfuse.md'),
    name,
    write: () =>
      writeOfNewest(join(RESULTS, name), `npm run experiment -- ${name} --reference`, async (folder) =>
        writeReadmeTable(await readRun(folder), `../${folder}`),
      ),
  })),
  ...CHOOSING_BLOCKS.map((name) => ({
    document: CHOOSING_PAGE,
    name,
    write: async () => {
      const folder = await findNewest('matrix');
      const run = folder === undefined ? undefined : await findMatrixRun(folder);
      if (folder === undefined || run === undefined) return writeMissingBlock('results/matrix');
      const hasReport = existsSync(join(folder, 'report.html'));
      return writeChoosingBlock(name, run, { folder: `../${folder}`, hasReport });
    },
  })),
  ...CHOOSING_SCENARIOS.map((name) => ({
    document: CHOOSING_PAGE,
    name,
    write: () =>
      writeOfNewest(join(RESULTS, name), `npm run experiment -- ${name} --reference`, async (folder) =>
        writeReadmeTable(await readRun(folder), `../${folder}`),
      ),
  })),
  {
    document: CHOOSING_PAGE,
    name: 'export-arms',
    write: () =>
      writeOfNewest(join(RESULTS, 'export-arms'), 'npm run experiment -- export-arms --reference', async (folder) =>
        writeExportArmsBlock(await readRun(folder), `../${folder}`),
      ),
  },
  ...STUDY_TABLES,
  ...WAYS_TABLES,
  {
    document: LOOP_DELAY_PAGE,
    name: 'cost',
    write: () =>
      writeOfNewest(COST_RESULTS, 'node dist/experiments/loop-delay/cost.js', async (folder) => {
        const run = parseCostRun(await readRaw(folder));
        if (run === undefined) throw new UsageError(`${folder}: expected what cost.js records`);
        return `${writeCostTable(run)}\n\n${writeSource(folder, run.provenance)}`;
      }),
  },
  {
    document: LOOP_DELAY_PAGE,
    name: 'accuracy',
    write: () =>
      writeOfNewest(ACCURACY_RESULTS, 'npm run test:loop-delay --', async (folder) => {
        const run = parseAccuracyRun(await readRaw(folder));
        if (run === undefined) throw new UsageError(`${folder}: expected what accuracy.js records`);
        return `${writeAccuracyListing(run)}\n\n${writeSource(folder, run.provenance)}`;
      }),
  },
  ...FINDINGS_TABLES,
  { document: join('docs', 'gate.md'), name: 'gate-power', write: writePowerBlock },
  { document: METHODOLOGY_PAGE, name: 'order-check', write: writeOrderBlock },
  {
    document: join(RESULTS, 'README.md'),
    name: 'results',
    write: async () => tabulateResults(await Promise.all((await listResults()).map(describeFolder))),
  },
  {
    document: join('docs', 'scale.md'),
    name: 'sizing',
    write: () => writeSizingTable(join(RESULTS, 'bench')),
  },
  ...OPTIONS_BLOCKS.map((name) => ({
    document: OPTIONS_PAGE,
    name,
    write: async () => writeOptionsTable(await listOptions(name, SOURCES)),
  })),
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

async function writeOrderBlock(): Promise<string> {
  const checks: OrderCheck[] = [];
  for (const folder of await listResults()) {
    const check = await checkFolder(join(RESULTS, folder));
    if (check !== null) checks.push(check);
  }
  return writeOrderSummary(checks);
}

/** @param command Makes such a run, but for where it goes. */
async function writeOfNewest(
  parent: string,
  command: string,
  write: (folder: string) => Promise<string>,
): Promise<string> {
  const name = (await listFolders(parent)).at(-1);
  return name === undefined
    ? `No reference run yet: \`${command} --results ${parent}/DATE\`.`
    : write(join(parent, name));
}

function readRaw(folder: string): Promise<string> {
  return readFile(join(folder, 'raw.jsonl'), 'utf8');
}

/** For a page in docs/. */
function writeSource(folder: string, { command, node }: Provenance): string {
  return `<sub>\`${command}\`, Node ${node}: [raw data](../${folder}/raw.jsonl)</sub>`;
}

async function describeFolder(folder: string) {
  const [summary, raw] = await Promise.all(
    ['summary.md', 'raw.jsonl'].map((name) => readFile(join(RESULTS, folder, name), 'utf8')),
  );
  return describeResults(folder, summary ?? '', raw ?? '');
}
