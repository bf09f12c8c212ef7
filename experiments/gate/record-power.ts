import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrialSize } from '#gate/config/gate-config';
import { createRandom } from '#gate/statistics/random';
import { UsageError } from '../command-line.js';
import { startProgress } from '../report/progress.js';
import { draw } from '../runner/draw.js';
import { describeProvenance } from '../runner/provenance.js';
import { RecordingError } from '../runner/recording.js';
import type { OwnGate } from './arm-settings.js';
import type { PowerArm } from './power-arms.js';
import { writePowerReport } from './power-report.js';
import {
  appendPowerTrial,
  expectSameRun,
  type FailedPowerTrial,
  findPowerRun,
  openPowerRun,
  type PowerRun,
  type PowerTrial,
} from './power-run.js';
import { type PowerStep, TrialBench } from './trial-bench.js';

export interface RecordOrder {
  readonly folder: string;
  /** A block has a trial of each. */
  readonly arms: readonly PowerArm[];
  readonly blockCount: number;
  readonly trial: TrialSize;
  readonly seed: number;
  readonly resume: boolean;
  /** What to type to repeat it. */
  readonly command: string;
}

const CONFIG = fileURLToPath(new URL('../../../offloop.gate.json', import.meta.url));

const INTERRUPTED_EXIT_CODE = 130;
const GAVE_UP_EXIT_CODE = 2;
/** After so many failed trials of an arm the next would most likely fail too. */
const MAX_FAILURES_IN_A_ROW = 3;
/** What a trial takes beside warming up and measuring: processes start and end, and spans are counted. */
const TRIAL_OVERHEAD_MILLIS = 2_500;

/** Records the trials, each on disk before the next one starts; an interrupted recording can be gone on with. */
export async function recordPower(order: RecordOrder): Promise<void> {
  const { folder, arms, trial, seed, command } = order;
  const run = await open(order);
  if (run === undefined) {
    process.stderr.write(`${folder} has all of its trials.\n`);
    return;
  }
  const missing = listMissingSteps(run);
  const expectedStepMillis = trial.warmUpMillis + trial.measuredMillis + TRIAL_OVERHEAD_MILLIS;
  const minuteCount = Math.ceil((missing.length * expectedStepMillis) / 60_000);
  process.stderr.write(`${missing.length} trials, about ${minuteCount} minutes; Ctrl-C keeps what was recorded.\n`);
  const own = JSON.parse(readFileSync(CONFIG, 'utf8')) as OwnGate;
  const progress = startProgress({ stepCount: missing.length + arms.length, expectedStepMillis });
  let bench: TrialBench | undefined;
  let isInterrupted = false;
  const interrupt = () => {
    if (isInterrupted) process.exit(INTERRUPTED_EXIT_CODE);
    isInterrupted = true;
    bench?.interrupt();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  const failures = new FailureCounts();
  try {
    bench = await TrialBench.open({ configFile: CONFIG, own, trial, seed });
    for (const arm of arms) {
      if (isInterrupted) break;
      progress.begin(`rehearsing ${arm.label}`);
      await rehearse(bench, arm);
    }
    for (const step of missing) {
      if (isInterrupted || failures.areTooMany) break;
      progress.begin(`block ${step.block + 1}: ${step.arm.label}`);
      const record = await attempt(bench, step);
      // Its processes were ended under it; whatever came of it is of that.
      if (isInterrupted) break;
      const problem = describeTrialProblem(record);
      if (problem !== null) process.stderr.write(`\nBlock ${step.block + 1}, ${record.label}: ${problem}\n`);
      failures.add(record);
      await appendPowerTrial(folder, record);
    }
  } catch (error) {
    if (!isInterrupted) throw error;
  } finally {
    progress.end();
    await bench?.end();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt);
    await writeSummary(folder);
  }
  const left = listMissingSteps((await findPowerRun(folder)) ?? run).length;
  if (left === 0) return;
  const why = isInterrupted ? 'Interrupted' : failures.areTooMany ? 'Gave up, trials fail' : 'Some trials failed';
  process.stderr.write(`\n${why}: ${left} are missing. Go on with: ${command} --resume\n`);
  process.exitCode = isInterrupted ? INTERRUPTED_EXIT_CODE : GAVE_UP_EXIT_CODE;
}

/** The trials that have no figures yet, in their order: block by block, the arms of each in an order of its own. */
export function listMissingSteps(
  { gatePower, provenance, trials }: Omit<PowerRun, 'failedTrials'>,
  blockCount = gatePower.blockCount,
): PowerStep[] {
  const random = createRandom(provenance.seed);
  const recorded = new Set(trials.map(({ block, label }) => `${block} ${label}`));
  const { arms } = gatePower;
  return Array.from({ length: blockCount }, (_, block) =>
    draw<PowerArm>(arms, arms.length, random).map((arm) => ({ arm, block })),
  )
    .flat()
    .filter(({ arm, block }) => !recorded.has(`${block} ${arm.label}`));
}

/** By arm: the others' trials may well work. */
class FailureCounts {
  readonly #inARow = new Map<string, number>();

  add(record: PowerTrial | FailedPowerTrial): void {
    this.#inARow.set(record.label, 'failure' in record ? (this.#inARow.get(record.label) ?? 0) + 1 : 0);
  }

  get areTooMany(): boolean {
    return [...this.#inARow.values()].some((count) => count >= MAX_FAILURES_IN_A_ROW);
  }
}

function describeTrialProblem(record: PowerTrial | FailedPowerTrial): string | null {
  if ('failure' in record) return `the trial failed: ${record.failure}`;
  const { faults, expectedSpanCount, receivedSpanCount } = record;
  if (receivedSpanCount < expectedSpanCount) {
    return `expected ${expectedSpanCount} spans at the sink, got ${receivedSpanCount}`;
  }
  return faults.length === 0 ? null : `left out by the gate: ${faults.join('; ')}`;
}

async function rehearse(bench: TrialBench, arm: PowerArm): Promise<void> {
  try {
    await bench.rehearse(arm);
  } catch (error) {
    throw new UsageError(`${arm.label}: ${(error as Error).message}`, { cause: error });
  }
}

async function attempt(bench: TrialBench, step: PowerStep): Promise<PowerTrial | FailedPowerTrial> {
  const startedAt = new Date().toISOString();
  try {
    return await bench.measure(step);
  } catch (error) {
    return { label: step.arm.label, block: step.block, startedAt, failure: (error as Error).message };
  }
}

async function writeSummary(folder: string): Promise<void> {
  const run = await findPowerRun(folder);
  if (run !== undefined) await writeFile(join(folder, 'summary.md'), writePowerReport(run, undefined, []));
}

/** Undefined where there is nothing left to record. */
async function open(order: RecordOrder): Promise<PowerRun | undefined> {
  const { folder, arms, blockCount, trial, seed, resume, command } = order;
  const header = {
    gatePower: { arms, blockCount, trial },
    provenance: describeProvenance(command, seed),
    resumptions: [],
  };
  try {
    const found = resume ? await findPowerRun(folder) : undefined;
    if (found !== undefined) {
      expectSameRun(folder, found, header);
      // Else its summary would be gone, and nothing there to write it again.
      if (listMissingSteps(found, blockCount).length === 0) return undefined;
    }
    return await openPowerRun(folder, header, resume);
  } catch (error) {
    throw error instanceof RecordingError ? new UsageError(error.message) : error;
  }
}
