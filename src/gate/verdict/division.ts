import type { ArmName } from '../run/arm.js';
import type { TrialRecord } from '../run/trial-record.js';

/** What is looked at of a trial that may have been left out. */
export type Excluded = Pick<TrialRecord, 'arm' | 'block' | 'faults' | 'faultKinds'>;

/** Of so uneven a division of all that was left out, whatever for, between two equal services. */
const MAX_CHANCE = 0.05;

export function countByArm(trials: readonly Pick<TrialRecord, 'arm'>[]): Readonly<Record<ArmName, number>> {
  const count = (name: ArmName) => trials.filter(({ arm }) => arm === name).length;
  return { candidate: count('candidate'), reference: count('reference') };
}

export function haveBothRun(trials: readonly Pick<TrialRecord, 'arm'>[]): boolean {
  return Object.values(countByArm(trials)).every((count) => count > 0);
}

/** Whether one service lost clearly more of them than the other. Never where only one was run. */
export function isUneven(leftOut: readonly Excluded[], trials: readonly Excluded[]): boolean {
  const most = Math.max(...Object.values(countByArm(leftOut)));
  return haveBothRun(trials) && computeChance(most, leftOut.length) <= MAX_CHANCE;
}

/** Whether each service lost at least half as large a share of its trials as the other; never where only one was run. */
export function isShared(leftOut: readonly Excluded[], trials: readonly Excluded[]): boolean {
  const [lost, all] = [countByArm(leftOut), countByArm(trials)];
  const shares = [lost.candidate / all.candidate, lost.reference / all.reference];
  return haveBothRun(trials) && 2 * Math.min(...shares) >= Math.max(...shares);
}

/** How likely at least `count` of `total` fall to either of two equal arms: the tail of tosses of a coin, twice. */
function computeChance(count: number, total: number): number {
  let ways = 1;
  let tail = 0;
  for (let heads = total; heads >= count; heads -= 1) {
    tail += ways;
    ways = (ways * heads) / (total - heads + 1);
  }
  return Math.min(1, (2 * tail) / 2 ** total);
}
