import type { Verdict } from '../claims/claim.js';
import { concludeRun } from './conclusion.js';
import { type ExportCoincidence, measureCoincidence } from './export-coincidence.js';
import type { Run } from './run-record.js';
import { isValid, summarizeArms } from './summary.js';

/** What the document's claim of the auto-flush is judged by, of one arm. */
export interface AutoFlushFigures {
  /** A label. */
  readonly arm: string;
  /** What a request waits for the loop, arrival-weighted. */
  readonly p99Millis: number;
  readonly longestMillis: number;
  /** Null where it exported nothing within a window. */
  readonly coincidence: ExportCoincidence | null;
}

/** What the document measured in Python. */
export const DOCUMENT_P99_MILLIS = 30;
export const DOCUMENT_SPIKE_MILLIS = { low: 1_000, high: 1_500 };

export const CONTROL = 'control';

/** The flush that the document has: in the process, with the settings that nobody chose. */
export const DEFAULT_FLUSH = 'batch-otlp-json';

/** The first two are what the document says lowers the average and not the nature of it: less at a time, a chosen moment. */
const OTHER_FLUSHES: readonly string[] = ['batch-otlp-json-tuned', 'batch-awaited', 'offloop'];

/** Of the valid trials, arms in the order of the scenario. */
export function listAutoFlushFigures({ scenario, trials }: Pick<Run, 'scenario' | 'trials'>): AutoFlushFigures[] {
  return summarizeArms(scenario.arms, trials).map(({ armName: arm, arrivalWeighted }) => ({
    arm,
    p99Millis: arrivalWeighted.percentileMillis(99),
    longestMillis: arrivalWeighted.maxMillis,
    coincidence: measureCoincidence(trials.filter((trial) => trial.arm === arm && isValid(trial))),
  }));
}

/** Null for a run of a scenario that answers another claim, or none. */
export function concludeAutoFlush(run: Run): Verdict | null {
  if (run.scenario.claim !== 'auto-flush') return null;
  return judgeAutoFlush(listAutoFlushFigures(run), concludeRun(run).status === 'clear', run.scenario.flushDelayMillis);
}

/**
 * @param isClear whether the run's controls and its noise let anything be told.
 * @param flushDelayMillis what the run shortened it to; undefined where it has the default.
 */
export function judgeAutoFlush(
  figures: readonly AutoFlushFigures[],
  isClear: boolean,
  flushDelayMillis?: number,
): Verdict {
  const find = (label: string) => figures.find(({ arm }) => arm === label);
  const [control, flush] = [find(CONTROL), find(DEFAULT_FLUSH)];
  if (control === undefined || flush === undefined) {
    return { status: 'cannot tell', sentence: `No trial of ${CONTROL} or of ${DEFAULT_FLUSH} may be counted.` };
  }
  const { coincidence } = flush;
  const excess = coincidence?.excess ?? null;
  const cause = describeCause(coincidence);
  const finding = `${describeDelay(flush, control, flushDelayMillis)} ${cause}`;
  if (!isClear || excess === null || (excess.low <= 0 && excess.high > 0)) {
    return { status: 'cannot tell', sentence: `The run is too noisy or too short. ${finding}` };
  }
  if (excess.high <= 0 || flush.longestMillis <= control.longestMillis) {
    return { status: 'does not hold', sentence: `It is not the flush that blocks the loop longest. ${finding}` };
  }
  const others = describeOtherFlushes(figures);
  if (flush.longestMillis >= DOCUMENT_SPIKE_MILLIS.low) {
    return { status: 'holds', sentence: `${finding}${others}` };
  }
  return {
    status: 'holds in another form',
    sentence:
      `${finding} Nothing fights for a lock: the loop stands still while a batch is serialized, which takes as long as ` +
      `the batch has text${describeReach(coincidence)}.${others}`,
  };
}

function describeDelay(flush: AutoFlushFigures, control: AutoFlushFigures, flushDelayMillis?: number): string {
  const { low, high } = DOCUMENT_SPIKE_MILLIS;
  const shortened =
    flushDelayMillis === undefined ? '' : `, its batches cut short after ${flushDelayMillis / 1_000} s,`;
  return (
    `The document has ${DOCUMENT_P99_MILLIS} ms at p99 and spikes of ${low / 1_000} to ${high / 1_000} s; with ${flush.arm}${shortened} a ` +
    `request waits ${describeFigures(flush)} for the loop (${control.arm}: ${describeFigures(control)}).`
  );
}

function describeFigures({ p99Millis, longestMillis }: AutoFlushFigures): string {
  return `${p99Millis.toFixed(0)} ms at p99 and ${longestMillis.toFixed(0)} ms at the longest`;
}

function describeCause(coincidence: ExportCoincidence | null): string {
  if (coincidence === null) return 'It exported nothing within a window.';
  const { observedShare, chanceShare, excess, blockCount } = coincidence;
  const interval =
    excess === null
      ? ''
      : `, ${toPoints(excess.estimate)} points more [${toPoints(excess.low)}, ${toPoints(excess.high)}]`;
  return (
    `Of its ${blockCount} longest blocks ${toPoints(observedShare)} % lie at an export, where chance would put ` +
    `${toPoints(chanceShare)} %${interval}.`
  );
}

/** How large a batch would have to be for the document's spike. */
function describeReach(coincidence: ExportCoincidence | null): string {
  const rate = coincidence?.millisPerMegabyte ?? null;
  if (rate === null) return '';
  const megabytes = DOCUMENT_SPIKE_MILLIS.low / rate;
  return `, here ${rate.toFixed(1)} ms/MB, so that 1 s would take a batch of ${megabytes.toFixed(0)} MB`;
}

function describeOtherFlushes(figures: readonly AutoFlushFigures[]): string {
  const others = figures.filter(({ arm }) => OTHER_FLUSHES.includes(arm));
  const parts = others.map((each) => `${each.arm} ${describeFigures(each)}`);
  return parts.length === 0 ? '' : ` Flushed otherwise: ${parts.join(', ')}.`;
}

function toPoints(share: number): string {
  return (100 * share).toFixed(0);
}
