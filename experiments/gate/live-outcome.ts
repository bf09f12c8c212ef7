import { formatClock } from '#gate/output/clock';
import { formatCount } from '../report/format-figure.js';
import type { LiveStep } from './live-plan.js';
import type { LiveRun } from './live-run.js';
import { isRepeat } from './power-arms.js';

/** `unclear`: the machine was too noisy for a verdict; it may be asked once more. */
export type LiveOutcome = 'agrees' | 'unclear' | 'disagrees';

/** A live run takes less. */
export const MAX_LIVE_MILLIS = 480_000;

/** The reference once more may not regress; each of the others must. Something must have been measured. */
export function readOutcome(run: LiveRun): LiveOutcome {
  if (listFailures(run).length > 0) return 'disagrees';
  if (isExpectedVerdict(run) && run.difference !== null) return 'agrees';
  return run.verdict === 'cannot judge' && run.isMachineToBlame ? 'unclear' : 'disagrees';
}

/** What no verdict makes good. */
export function listFailures({ receivedSpanCount, expectedSpanCount, durationMillis }: LiveRun): string[] {
  return [
    ...(receivedSpanCount < expectedSpanCount
      ? [`expected ${formatCount(expectedSpanCount)} spans at the sink, got ${formatCount(receivedSpanCount)}`]
      : []),
    ...(durationMillis > MAX_LIVE_MILLIS ? [`took ${formatClock(durationMillis)}`] : []),
  ];
}

function isExpectedVerdict({ candidate, verdict }: LiveRun): boolean {
  return (verdict === 'regressed') !== isRepeat({ label: candidate });
}

/** Those of `steps` that have no run yet. @param retry takes one that the machine spoilt for none. */
export function listMissingSteps(steps: readonly LiveStep[], runs: readonly LiveRun[], retry: boolean): LiveStep[] {
  return steps.filter(
    ({ arm, round }) =>
      !runs.some(
        (run) => run.candidate === arm.label && run.round === round && !(retry && readOutcome(run) === 'unclear'),
      ),
  );
}
