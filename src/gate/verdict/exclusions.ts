import type { FaultKind, TrialRecord } from '../run/trial-record.js';

/** What the trials that were left out say of those that count. */
export interface Exclusions {
  /** Why those that count tell too little of the service; null where they tell enough. */
  readonly doubt: string | null;
  /** The fault that came most often, as a trial had it; null without any. */
  readonly commonestFault: string | null;
}

type Excluded = Pick<TrialRecord, 'arm' | 'block' | 'faults' | 'faultKinds'>;

/** A service that does worse may well cause them: left out because of one, a trial is missing where it would count most. */
const SERVICE_KINDS: ReadonlySet<FaultKind> = new Set(['failed requests', 'load', 'starvation', 'incomplete window']);
const MAX_EXCLUDED_RATIO = 1 / 3;
/** Of so uneven a division between two equal arms. */
const MAX_CHANCE = 0.05;

export function judgeExclusions(trials: readonly Excluded[]): Exclusions {
  const byService = trials.filter(({ faultKinds }) => faultKinds.some((kind) => SERVICE_KINDS.has(kind)));
  return { doubt: findDoubt(trials, byService), commonestFault: findCommonest(trials) };
}

function findDoubt(trials: readonly Excluded[], byService: readonly Excluded[]): string | null {
  const blockCount = new Set(trials.map(({ block }) => block)).size;
  const ofArm = (arm: TrialRecord['arm']) => byService.filter((trial) => trial.arm === arm);
  const [candidate, reference] = [ofArm('candidate'), ofArm('reference')];
  const worse = candidate.length >= reference.length ? candidate : reference;
  const hasBoth = trials.some(({ arm }) => arm === 'reference');
  const isUneven = hasBoth && computeChance(worse.length, byService.length) <= MAX_CHANCE;
  if (!isUneven && byService.length <= blockCount * MAX_EXCLUDED_RATIO) return null;
  const counts = hasBoth
    ? `${candidate.length} trials of the candidate and ${reference.length} of the reference`
    : `${candidate.length} trials of the candidate`;
  const name = worse[0]?.arm ?? 'candidate';
  return (
    `${counts} in ${blockCount} blocks were left out for what the service itself may cause, ` +
    `most often of the ${name}: ${findCommonest(worse)}`
  );
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

function findCommonest(trials: readonly Excluded[]): string | null {
  const faults = trials.flatMap(({ faults: reasons, faultKinds }) =>
    faultKinds.map((kind, index) => ({ kind, reason: reasons[index] ?? kind })),
  );
  const counted = faults.map(({ kind, reason }) => ({
    reason,
    count: faults.filter((other) => other.kind === kind).length,
  }));
  return counted.toSorted((left, right) => right.count - left.count)[0]?.reason ?? null;
}
