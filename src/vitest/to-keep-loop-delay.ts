import { OffloopConfigError } from '../errors.js';
import { readFigures } from '../gate/figures.js';
import { median } from '../gate/statistics/sample-statistics.js';
import type { LoopDelaySnapshot } from '../loop-delay/loop-delay-snapshot.js';
import { type LoopDelayFigureName, type MatcherOptions, readBudgets } from './matcher-options.js';
import { type BudgetRow, describeBudgets } from './message.js';
import { isRunFunction, measureCall, readSnapshots } from './take-snapshots.js';

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matcher. A median of some runs: one that was disturbed must not decide. */
export async function toKeepLoopDelay(received: unknown, budgets: unknown): Promise<MatcherResult> {
  const { limits, counts } = readBudgets(budgets);
  const snapshots = await takeSnapshots(received, counts);
  const rows = limits.map(
    ([figure, budget]): BudgetRow => ({ figure, budget, received: median(readValues(figure, snapshots)) }),
  );
  return {
    pass: rows.every(({ budget, received: value }) => value <= budget),
    message: () => describeBudgets(rows, snapshots),
  };
}

/** @throws {OffloopConfigError} when a snapshot does not have it. */
export function readValues(figure: LoopDelayFigureName, snapshots: readonly LoopDelaySnapshot[]): number[] {
  return snapshots.map((snapshot) => {
    const value = readFigures(snapshot, null)[figure];
    if (value !== null) return value;
    throw new OffloopConfigError(
      figure,
      `expected every run to have it, got one of ${Math.round(snapshot.durationMillis)} ms that has not; ` +
        'let it run longer, or leave this figure out',
    );
  });
}

async function takeSnapshots(
  received: unknown,
  { repeatCount, warmUpCount }: MatcherOptions<number>['counts'],
): Promise<LoopDelaySnapshot[]> {
  if (!isRunFunction(received)) return readSnapshots('received', received);
  for (let call = 0; call < warmUpCount; call += 1) await received();
  const snapshots: LoopDelaySnapshot[] = [];
  for (let call = 0; call < repeatCount; call += 1) snapshots.push(...(await measureCall('received', received)));
  return snapshots;
}
