import { bootstrapInterval, type Interval } from '#gate/statistics/bootstrap-interval';
import { median } from '#gate/statistics/sample-statistics';
import type { TrialRecord } from './trial-record.js';

/** How often the longest blocks of an arm's trials lie at an export, beside how often they would anywhere. */
export interface ExportCoincidence {
  /** In a trial as many of the longest as it exported in its window, at most {@link MAX_BLOCKS_A_TRIAL}. */
  readonly blockCount: number;
  /** Of these blocks, those with an export from one length of the block before it to one after it. From 0 to 1. */
  readonly observedShare: number;
  /** What it would be if each block began at any instant of the window with the same probability. From 0 to 1. */
  readonly chanceShare: number;
  /** The observed share less that by chance, a value a trial; null for fewer than 3 trials. */
  readonly excess: Interval | null;
  /** Of a block at an export, its length by what was sent there, on the wire; null where there is none. */
  readonly millisPerMegabyte: number | null;
}

interface TrialCoincidence {
  readonly blockCount: number;
  readonly observedCount: number;
  /** The sum of the blocks' probabilities. */
  readonly chanceCount: number;
  readonly millisPerMegabyte: readonly number[];
}

/** With more, an arm that exports all the time would be judged by blocks that are none. */
const MAX_BLOCKS_A_TRIAL = 10;

const BYTES_PER_MEGABYTE = 1_000_000;

/** @returns null where no trial has a block and an export in its window. */
export function measureCoincidence(
  trials: readonly Pick<TrialRecord, 'measured' | 'exports'>[],
): ExportCoincidence | null {
  const each = trials.map(compareTrial).filter(({ blockCount }) => blockCount > 0);
  if (each.length === 0) return null;
  const sum = (read: (trial: TrialCoincidence) => number) => each.reduce((total, trial) => total + read(trial), 0);
  const blockCount = sum((trial) => trial.blockCount);
  const excesses = each.map((trial) => (trial.observedCount - trial.chanceCount) / trial.blockCount);
  const rates = each.flatMap((trial) => trial.millisPerMegabyte);
  return {
    blockCount,
    observedShare: sum(({ observedCount }) => observedCount) / blockCount,
    chanceShare: sum(({ chanceCount }) => chanceCount) / blockCount,
    excess: bootstrapInterval(excesses, median),
    millisPerMegabyte: rates.length === 0 ? null : median(rates),
  };
}

function compareTrial({ measured: { loopDelay }, exports }: Pick<TrialRecord, 'measured' | 'exports'>) {
  const start = loopDelay.startedAtUnixMillis;
  const end = start + loopDelay.durationMillis;
  const moments = (exports ?? []).map(({ receivedAtUnixMillis: at, wireByteLength }) => ({ at, wireByteLength }));
  const exportCount = moments.filter(({ at }) => at >= start && at <= end).length;
  const blocks = [...loopDelay.longestBlocks]
    .filter(({ durationMillis }) => durationMillis > 0)
    .sort((a, b) => b.durationMillis - a.durationMillis)
    .slice(0, Math.min(exportCount, MAX_BLOCKS_A_TRIAL));
  let observedCount = 0;
  let chanceCount = 0;
  const millisPerMegabyte: number[] = [];
  for (const { startedAtUnixMillis, durationMillis: length } of blocks) {
    const near = moments.filter(
      ({ at }) => at >= startedAtUnixMillis - length && at <= startedAtUnixMillis + 2 * length,
    );
    const byteLength = near.reduce((total, { wireByteLength }) => total + wireByteLength, 0);
    if (near.length > 0) observedCount += 1;
    if (byteLength > 0) millisPerMegabyte.push(length / (byteLength / BYTES_PER_MEGABYTE));
    const lastStart = Math.max(start, end - length);
    // Begun between two lengths before an export and one after it, a block has that export near it.
    const starts = moments.map(({ at }): Range => [at - 2 * length, at + length]);
    chanceCount += lastStart === start ? Math.min(1, near.length) : coverOf(starts, [start, lastStart]);
  }
  return { blockCount: blocks.length, observedCount, chanceCount, millisPerMegabyte } satisfies TrialCoincidence;
}

type Range = readonly [low: number, high: number];

/** The share of `whole` that lies in at least one of the ranges. */
function coverOf(ranges: readonly Range[], [start, end]: Range): number {
  let coveredTo = start;
  let covered = 0;
  for (const [low, high] of [...ranges].sort(([a], [b]) => a - b)) {
    const from = Math.max(low, coveredTo);
    const to = Math.min(high, end);
    if (to <= from) continue;
    covered += to - from;
    coveredTo = to;
  }
  return covered / (end - start);
}
