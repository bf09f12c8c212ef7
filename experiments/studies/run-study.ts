import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '#gate/statistics/random';
import type { ClaimTrial } from '../claims/claim.js';
import { UsageError } from '../command-line.js';
import { startProgress } from '../report/progress.js';
import { describeTerminal } from '../report/terminal.js';
import { draw } from '../runner/draw.js';
import { describeProvenance } from '../runner/provenance.js';
import type { StudyBench, StudyHeader, StudyOrder, StudyOutcome, StudyRun } from './study.js';
import type { StudyRunOrder } from './study-order.js';
import { drawStudy, writeStudySummary } from './study-report.js';

const RAW_FILE = 'raw.jsonl';

/** Nothing can be told: no answer, and no success either. */
const UNCLEAR_EXIT_CODE = 2;

/** Measures a study, records it, and says on the terminal what was found. */
export async function runStudy(order: StudyRunOrder): Promise<void> {
  const { study, folder } = order;
  const obstacle = study.findObstacle?.() ?? null;
  if (obstacle !== null) {
    process.stderr.write(`${study.name}: ${obstacle}\n`);
    process.exitCode = UNCLEAR_EXIT_CODE;
    return;
  }
  const run = await measureStudy(order);
  await writeFile(join(folder, 'summary.md'), writeStudySummary(study, run));
  process.stdout.write(`${drawStudy(study, run, describeTerminal(process.stdout))}\n`);
  process.stderr.write(`\nRaw data and summary: ${folder}\n`);
  if (run.trials.every(({ faults }) => faults.length > 0)) process.exitCode = UNCLEAR_EXIT_CODE;
}

/** Reads a run of a study back from its folder. @throws {Error} when the folder has none. */
export async function readStudyRun(folder: string): Promise<StudyRun> {
  const [first = '', ...lines] = (await readFile(join(folder, RAW_FILE), 'utf8')).split('\n');
  const header = JSON.parse(first) as StudyHeader;
  // Every line is written with its end: what follows the last one is empty, or torn.
  return { ...header, trials: lines.slice(0, -1).map((line) => JSON.parse(line) as ClaimTrial) };
}

async function measureStudy({ study, size, seed, folder, mayReplace, command }: StudyRunOrder): Promise<StudyRun> {
  const rawFile = join(folder, RAW_FILE);
  if (!mayReplace && existsSync(rawFile)) {
    throw new UsageError(`${folder} holds a run; choose another folder with --results`);
  }
  const provenance = describeProvenance(command, seed);
  const bench = await study.open();
  try {
    const header: StudyHeader = { study: study.name, size, provenance, inputs: bench.inputs ?? null };
    await mkdir(folder, { recursive: true });
    await writeFile(rawFile, `${JSON.stringify(header)}\n`);
    const trials = await measureTrials(bench, { study, size, seed }, async (trial) => {
      await appendFile(rawFile, `${JSON.stringify(trial)}\n`);
    });
    return { ...header, trials };
  } finally {
    await bench.end();
  }
}

async function measureTrials(
  bench: StudyBench,
  { study, size, seed }: Pick<StudyRunOrder, 'study' | 'size' | 'seed'>,
  onTrial: (trial: ClaimTrial) => Promise<void>,
): Promise<ClaimTrial[]> {
  const { blockCount, expectedTrialMillis, settings } = size;
  const trials: ClaimTrial[] = [];
  const random = createRandom(seed);
  const progress = startProgress({
    stepCount: blockCount * study.cases.length,
    expectedStepMillis: expectedTrialMillis,
  });
  try {
    for (let block = 0; block < blockCount; block += 1) {
      // What drifts on the machine meets every case alike.
      for (const caseName of draw(study.cases, study.cases.length, random)) {
        progress.begin(`block ${block + 1}: ${caseName}`);
        const order: StudyOrder = { case: caseName, block, seed: seed + block, settings };
        const trial = { case: caseName, block, ...(await attempt(bench, order)) };
        await onTrial(trial);
        trials.push(trial);
      }
    }
  } finally {
    progress.end();
  }
  return trials;
}

async function attempt(bench: StudyBench, order: StudyOrder): Promise<StudyOutcome> {
  try {
    return await bench.measure(order);
  } catch (error) {
    return { figures: {}, faults: [`the trial failed: ${(error as Error).message}`] };
  }
}
