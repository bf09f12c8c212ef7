import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '#gate/statistics/random';
import { UsageError } from '../command-line.js';
import { startProgress } from '../report/progress.js';
import { draw } from '../runner/draw.js';
import { appendRawLine, RAW_FILE, readRawLines, writeRawLines } from '../runner/raw-file.js';
import type { CaseOrder, DeclaredCases } from './case-order.js';
import type { ClaimTrial } from './claim.js';

/** Nothing can be told: no answer, and no success either. */
export const UNCLEAR_EXIT_CODE = 2;

/** What the first line of raw.jsonl says, and the trials of the further lines. */
type Recorded<Header> = Header & { readonly trials: readonly ClaimTrial[] };

/** Asked as a block begins, for what measures its cases; `random` is the run's own, which also draws their order. */
type BeginBlock = (block: number, random: () => number) => (caseName: string) => Promise<ClaimTrial>;

/** Reads a run of a claim or a study back from its folder. @throws {Error} when the folder has none. */
export async function readCaseRun<Header extends object>(folder: string): Promise<Recorded<Header>> {
  const lines = await readRawLines(folder);
  if (lines?.header === undefined)
    throw new Error(`${join(folder, RAW_FILE)}: expected a first line that describes the run`);
  return { ...(lines.header as Header), trials: lines.readRecords() as readonly ClaimTrial[] };
}

/** @throws {UsageError} when the folder holds a run that must stay. */
export function expectRoom({ folder, mayReplace }: CaseOrder<DeclaredCases>): void {
  if (!mayReplace && existsSync(join(folder, RAW_FILE))) {
    throw new UsageError(`${folder} holds a run; choose another folder with --results`);
  }
}

/** In each block every case once, in random order; each trial is on disk before the next one starts. */
export async function recordCases<Header extends object>(
  { experiment: { cases }, size, seed, folder }: CaseOrder<DeclaredCases>,
  header: Header,
  beginBlock: BeginBlock,
): Promise<Recorded<Header>> {
  await writeRawLines(folder, [header], ['summary.md']);
  const trials: ClaimTrial[] = [];
  const random = createRandom(seed);
  const progress = startProgress({
    stepCount: size.blockCount * cases.length,
    expectedStepMillis: size.expectedTrialMillis,
  });
  try {
    for (let block = 0; block < size.blockCount; block += 1) {
      const measure = beginBlock(block, random);
      // What drifts on the machine meets every case alike.
      for (const caseName of draw(cases, cases.length, random)) {
        progress.begin(`block ${block + 1}: ${caseName}`);
        const trial = await measure(caseName);
        await appendRawLine(folder, trial);
        trials.push(trial);
      }
    }
  } finally {
    progress.end();
  }
  return { ...header, trials };
}

/** Leaves the summary beside the raw data, and says on the terminal what was found. */
export async function reportCases(
  folder: string,
  trials: readonly ClaimTrial[],
  { summary, drawn }: { readonly summary: string; readonly drawn: string },
): Promise<void> {
  await writeFile(join(folder, 'summary.md'), summary);
  process.stdout.write(`${drawn}\n`);
  process.stderr.write(`\nRaw data and summary: ${folder}\n`);
  // A claim that does not hold is an answer; no trial at all that may be counted is none.
  if (trials.every(({ faults }) => faults.length > 0)) process.exitCode = UNCLEAR_EXIT_CODE;
}
