import { parseLoopDelaySnapshot } from 'offloop/loop-delay';
import { isValid } from '../runner/summary.js';
import type { TrialRecord } from '../runner/trial-record.js';
import { REFERENCE_ARMS } from './axes.js';
import type { CellLevels, MatrixCell } from './cell.js';
import type { MatrixRun } from './matrix-record.js';

/** What one trial says, as far as the matrix compares it. */
export interface Figures {
  /** The p99 of what a request waits for the loop. */
  readonly p99Millis: number;
  readonly latencyP50Millis: number;
  readonly latencyP99Millis: number;
  /** Of the main thread; null where the system doesn't say. */
  readonly cpuMicrosPerRequest: number | null;
  /** Of all threads of the service's process; what a child process takes is not in it. Null without a request. */
  readonly processCpuMicrosPerRequest: number | null;
  /** At the end of the window, likewise without a child process. */
  readonly residentMebibytes: number;
}

/** What an arm adds to the control of the same cell. */
export interface AddedFigures extends Figures {
  readonly armName: string;
  /** The arm's own p99 over the control's; null where one of them is 0. */
  readonly p99Ratio: number | null;
  readonly lostSpanCount: number;
  readonly madeSpanCount: number;
}

/** One cell as it came out. */
export interface CellOutcome {
  readonly index: number;
  readonly levels: CellLevels;
  /** Null where its trial may not be counted; then nothing can be said of the others. */
  readonly control: Figures | null;
  /** By the arm the cell is about; null where its trial or the control's may not be counted. */
  readonly arm: AddedFigures | null;
  readonly offloop: AddedFigures | null;
  /** What the arm adds to the p99 less what offloop adds, above 0 where offloop is the better one; null without both. */
  readonly savedMillis: number | null;
  /** What a percentile of latency rests on: the answers of a trial, the fewest of its valid ones; 0 without any. */
  readonly requestCount: number;
}

const MICROS_PER_MILLI = 1_000;
const BYTES_PER_MEBIBYTE = 2 ** 20;

export function listOutcomes(run: Pick<MatrixRun, 'matrix' | 'trials'>): CellOutcome[] {
  const trials = new Map(run.trials.filter(isValid).map((trial) => [`${trial.block} ${trial.arm}`, trial]));
  return run.matrix.cells.map((cell) => describeOutcome(cell, (arm) => trials.get(`${cell.index} ${arm}`)));
}

function describeOutcome({ index, levels }: MatrixCell, find: (arm: string) => TrialRecord | undefined): CellOutcome {
  const controlTrial = find('control');
  const control = controlTrial === undefined ? null : readFigures(controlTrial);
  const compare = (armName: string): AddedFigures | null => {
    const trial = find(armName);
    return trial === undefined || control === null ? null : subtract(trial, control);
  };
  const [arm, offloop] = [compare(levels.exporter), compare('offloop')];
  const savedMillis = arm === null || offloop === null ? null : arm.p99Millis - offloop.p99Millis;
  const requestCounts = [...REFERENCE_ARMS, levels.exporter].flatMap((name) => find(name)?.load.latency.count ?? []);
  const requestCount = requestCounts.length === 0 ? 0 : Math.min(...requestCounts);
  return { index, levels, control, arm, offloop, savedMillis, requestCount };
}

function readFigures({ measured, load }: TrialRecord): Figures {
  const { arrivalWeighted, mainThreadCpuMillis } = parseLoopDelaySnapshot(measured.loopDelay);
  const { userMillis, systemMillis } = measured.processCpu;
  const share = (cpuMillis: number | null): number | null =>
    cpuMillis === null || load.sentRequestCount === 0 ? null : (cpuMillis * MICROS_PER_MILLI) / load.sentRequestCount;
  return {
    p99Millis: arrivalWeighted.percentileMillis(99),
    latencyP50Millis: load.latency.p50Millis,
    latencyP99Millis: load.latency.p99Millis,
    cpuMicrosPerRequest: share(mainThreadCpuMillis),
    processCpuMicrosPerRequest: share(userMillis + systemMillis),
    residentMebibytes: measured.residentSetBytes / BYTES_PER_MEBIBYTE,
  };
}

function subtract(trial: TrialRecord, control: Figures): AddedFigures {
  const own = readFigures(trial);
  const { madeSpanCount } = trial.finished;
  return {
    armName: trial.arm,
    p99Ratio: own.p99Millis > 0 && control.p99Millis > 0 ? own.p99Millis / control.p99Millis : null,
    p99Millis: own.p99Millis - control.p99Millis,
    latencyP50Millis: own.latencyP50Millis - control.latencyP50Millis,
    latencyP99Millis: own.latencyP99Millis - control.latencyP99Millis,
    cpuMicrosPerRequest: subtractKnown(own.cpuMicrosPerRequest, control.cpuMicrosPerRequest),
    processCpuMicrosPerRequest: subtractKnown(own.processCpuMicrosPerRequest, control.processCpuMicrosPerRequest),
    residentMebibytes: own.residentMebibytes - control.residentMebibytes,
    madeSpanCount,
    lostSpanCount: Math.max(0, madeSpanCount - trial.receivedSpanCount),
  };
}

function subtractKnown(own: number | null, control: number | null): number | null {
  return own === null || control === null ? null : own - control;
}
