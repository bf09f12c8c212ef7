import type { Interval } from '#gate/statistics/bootstrap-interval';
import { median } from '#gate/statistics/sample-statistics';
import type { InjectedBlocks } from '../service/injected-blocks.js';
import { describeAddedRatio } from './added-ratio.js';
import { type ArmComparison, compareWithControl, LAB_RULE } from './paired-comparison.js';
import type { Run } from './run-record.js';

/** What a run's figures show. */
export interface Conclusion {
  /** `unclear`: the machine was too noisy, too few trials were valid, or a control failed. */
  readonly status: 'clear' | 'unclear';
  /** Begins with `Unclear: ` and the reason where the run is. */
  readonly sentence: string;
}

type ConcludedRun = Pick<Run, 'scenario' | 'size' | 'trials' | 'failedTrials'>;

/**
 * Compares the arms by the p99 of the arrival-weighted delay less the control's of the same block. A run is clear when
 * its controls came out as they must and something can be told of at least one arm.
 */
export function concludeRun(run: ConcludedRun): Conclusion {
  const comparisons = compareWithControl(run);
  const compared = comparisons.filter(({ arm }) => arm.role === 'compared');
  const figures = describeFigures(compared.length > 0 ? compared : comparisons);
  if (figures === null) {
    return {
      status: 'unclear',
      sentence: 'Unclear: no block has a valid trial of the control and another arm, so there is nothing to compare.',
    };
  }
  const doubts = listDoubts(comparisons, compared);
  const sentence = [
    doubts.length === 0 ? null : `Unclear: ${joinParts(doubts)}.`,
    figures,
    describeVerdicts(compared),
    describeAddedRatio(run),
    describeControls(run),
  ]
    .filter((part) => part !== null)
    .join(' ');
  return { status: doubts.length === 0 ? 'clear' : 'unclear', sentence };
}

/** Whether the run called its twins the same and found what was injected; null where it has no such arms. */
export function describeControls(run: ConcludedRun): string | null {
  const parts = compareWithControl(run).flatMap((comparison) => describeControl(comparison) ?? []);
  return parts.length === 0 ? null : `Controls: ${parts.join('; ')}.`;
}

/** That trials are missing, where the run did not come to its end. */
export function describeIncomplete({ scenario, size, trials, failedTrials }: ConcludedRun): string | null {
  const plannedCount = size.blockCount * scenario.arms.length;
  const recordedCount = trials.length + failedTrials.length;
  if (recordedCount >= plannedCount) return null;
  return (
    `Incomplete: ${recordedCount} of ${plannedCount} trials are recorded. The run was interrupted or given up; ` +
    'its figures are of what there is, and no result.'
  );
}

export function describeInjectedBlocks({ lengthMillis, ratePerSecond }: InjectedBlocks): string {
  return `${lengthMillis} ms x ${ratePerSecond}/s`;
}

function describeFigures(comparisons: readonly ArmComparison[]): string | null {
  const figured = comparisons.filter(({ pairs }) => pairs.length > 0);
  const [first] = figured;
  if (first === undefined) return null;
  const baselineMillis = median(first.pairs.map((pair) => pair.baselineMillis));
  const parts = figured.map((comparison) => `${describeDifference(comparison)} with ${comparison.arm.label}`);
  const blockCount = Math.min(...figured.map(({ pairs }) => pairs.length));
  const intervals = figured.every(({ decision }) => decision.difference !== null) ? ', 95 % intervals' : '';
  return (
    `At p99 a request waits ${baselineMillis.toFixed(1)} ms for the event loop without an exporter; ` +
    `that grows by ${joinParts(parts)} (arrival-weighted, paired over ${countBlocks(blockCount)}${intervals}).`
  );
}

/** In words, by what each arm was called. */
function describeVerdicts(compared: readonly ArmComparison[]): string | null {
  const byVerdict = (verdict: string) => compared.filter(({ decision }) => decision.verdict === verdict);
  const names = (verdict: string) => joinParts(byVerdict(verdict).map(({ arm }) => arm.label));
  const margin = `${LAB_RULE.marginMillis} ms`;
  const doubtful = byVerdict('cannot tell');
  const neededBlockCount = Math.max(...doubtful.map((comparison) => comparison.neededBlockCount ?? 0));
  const parts = [
    byVerdict('different').length > 0 ? `Different by more than ${margin}: ${names('different')}.` : null,
    byVerdict('same').length > 0 ? `The same within ${margin}: ${names('same')}.` : null,
    doubtful.length > 0 ? `Can't tell: ${names('cannot tell')} (${describeDoubt(doubtful, neededBlockCount)}).` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' ');
}

function describeDoubt(doubtful: readonly ArmComparison[], neededBlockCount: number): string {
  const isNoisy = doubtful.some(({ decision }) => decision.doubt === 'too noisy');
  const what = isNoisy ? 'the interval reaches over the margin' : 'too few blocks';
  return neededBlockCount > 0
    ? `${what}; ${LAB_RULE.marginMillis} ms to either side takes about ${countBlocks(neededBlockCount)}`
    : what;
}

function describeControl(comparison: ArmComparison): string | null {
  const { arm, decision } = comparison;
  const difference = `difference ${describeDifference(comparison)}`;
  if (arm.role === 'repeat') {
    return `A/A pair called ${decision.verdict}${decision.verdict === 'different' ? ', a false alarm' : ''} (${difference})`;
  }
  if (arm.role !== 'injected' || arm.injectedBlocks === null) return null;
  const outcome = decision.verdict === 'different' ? 'found' : `not found: ${decision.doubt ?? decision.verdict}`;
  return `injected ${describeInjectedBlocks(arm.injectedBlocks)} ${outcome} (${difference})`;
}

/** Why the run's word is not to be taken; none when it may. */
function listDoubts(comparisons: readonly ArmComparison[], compared: readonly ArmComparison[]): string[] {
  const doubts = comparisons.flatMap(({ arm, decision: { verdict } }) => {
    if (arm.role === 'repeat' && verdict === 'different') return 'the A/A pair was called different';
    return arm.role === 'injected' && verdict !== 'different' ? 'what was injected was not found' : [];
  });
  const isTold = compared.length === 0 || compared.some(({ decision }) => decision.verdict !== 'cannot tell');
  return isTold ? doubts : [...doubts, 'nothing can be told of any arm'];
}

function describeDifference({ comparison, decision }: ArmComparison): string {
  if (decision.difference !== null) return describeInterval(decision.difference);
  return `${median(comparison.differences).toFixed(1)} ms`;
}

function describeInterval({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(1)} ms [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

function countBlocks(blockCount: number): string {
  return blockCount === 1 ? '1 block' : `${blockCount} blocks`;
}

function joinParts(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
