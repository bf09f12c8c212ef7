import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../command-line.js';
import type { Provenance } from '../runner/provenance.js';
import { readBlock } from '../table-block.js';
import { writeGuarantees } from './guarantees-table.js';
import { PROMISES } from './promises.js';
import type { FaultRecord } from './run-faults.js';
import { readSoakVerdicts } from './soak-verdicts.js';

/** From the repository's root, as are all paths here. */
export const GUARANTEES_PAGE = 'docs/guarantees.md';

/** Of the marks around the table of promises. */
export const PROMISES_BLOCK = 'promises';

const FAULT_RUNS = 'results/faults';
const SOAKS = 'results/soak';

interface NamedRun {
  readonly folder: string;
  readonly provenance: Provenance;
  readonly records: readonly FaultRecord[];
}

/** The fault runs the page's block names. @throws {UsageError} when it names none. */
export function findNamedRuns(page: string): string[] {
  const block = readBlock(GUARANTEES_PAGE, page, PROMISES_BLOCK);
  const folders = [...block.matchAll(/\]\(\.\.\/(results\/faults\/[^/)]+)\/summary\.md\)/g)].map(
    ([, folder = '']) => folder,
  );
  if (folders.length > 0) return folders;
  throw new UsageError(`${GUARANTEES_PAGE} names no run; write the table with: ${writeCommand(`${FAULT_RUNS}/DATE`)}`);
}

/**
 * The page's block: the runs and the table made of them. Where several have a scenario, the last of them is shown.
 *
 * @param folders such as `results/faults/2026-11-22`
 * @throws {UsageError} when a run is missing or not a full one, or when together they lack a figure of a promise.
 */
export async function writePromisesBlock(folders: readonly string[]): Promise<string> {
  const runs = await Promise.all(folders.map(readNamedRun));
  const records = new Map(runs.flatMap((run) => run.records.map((record) => [record.scenario, record] as const)));
  const table = writeGuarantees(PROMISES, [...records.values()], await readSoakVerdicts(SOAKS));
  return `\n${runs.map(describeRun).join('\n')}\n\n${table}\n`;
}

/** Promises that are left out of the table until their soak is run. */
export async function findMissingSoaks(): Promise<string[]> {
  const soaks = new Set((await readSoakVerdicts(SOAKS)).map(({ scenario }) => scenario));
  return PROMISES.flatMap(({ soak }) => (soak === undefined || soaks.has(soak.name) ? [] : [soak.name]));
}

async function readNamedRun(folder: string): Promise<NamedRun> {
  const file = join(folder, 'raw.jsonl');
  const command = `npm run test:faults -- --full --results ${folder}`;
  if (!existsSync(file)) throw new UsageError(`${file} is missing; record it with: ${command}`);
  const [header = '', ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
  const { provenance, size } = JSON.parse(header) as { readonly provenance: Provenance; readonly size: string };
  if (size !== 'full') throw new UsageError(`${file}: expected a full run, got '${size}'; record it with: ${command}`);
  return { folder, provenance, records: lines.map((line) => JSON.parse(line) as FaultRecord) };
}

function describeRun({ folder, provenance: { command, node, commit } }: NamedRun): string {
  const source = `Node ${node}, commit ${commit?.slice(0, 7) ?? 'unknown'}`;
  return `- [${folder}](../${folder}/summary.md), ${source}: \`${command}\``;
}

function writeCommand(folder: string): string {
  return `node dist/experiments/faults/write-guarantees.js ${folder}`;
}
