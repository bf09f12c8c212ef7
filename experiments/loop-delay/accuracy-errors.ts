import type { InjectionFigure } from './accuracy-figures.js';
import { type Figure, MIN_FIGURE_MILLIS } from './accuracy-record.js';
import type { Assessment } from './accuracy-verdict.js';
import type { Pattern } from './patterns.js';

/** How far the figures of one try are off. */
export interface TryErrors {
  /**
   * The worst of what was found at the injected blocks against what was injected, as a part of it; null where the waits are
   * too short to tell, not a number where none is long enough, which is no pass.
   */
  readonly error: number | null;
  /** What a user reads is off what was injected by so much past the promise, at the worst. */
  readonly excessMillis: number;
  /** The blocks are off their plan by so much past 5 % of it, at the worst. */
  readonly overrunMillis: number;
  readonly isOnPlan: boolean;
  /** The blocks found are off those injected by more than what kept these from their plan. */
  readonly isFoundOff: boolean;
}

/** What else is known of a try. */
export interface TryConditions {
  /** Of the time, that the thread waited for a core. */
  readonly starvedFraction: number;
  /** As {@link findOverrunMillis} of the same blocks without a monitor; null where those with one were on their plan. */
  readonly controlOverrunMillis: number | null;
}

/** The promise: what was injected comes back within this much. */
const MAX_ERROR = 0.05;
/** A loop on a virtual core that slept takes 0.1 to 0.4 ms to wake up and call back, which a request waits for too. */
const WAKE_UP_MILLIS = 0.4;
/** What the injector itself may take past its plan: writing and reading a byte, on a virtual core that has to wake up. */
const MAX_INJECTION_MILLIS = 0.8;
/** A miss of a run whose thread waited for a core longer than this tells about the machine. */
const MAX_RUNNABLE_FRACTION = 0.005;

/** The blocks that were found, and all that a user reads, against what was injected, and that against what was planned. */
export function findErrors(figures: readonly Figure[], pattern: Pattern): TryErrors {
  const judged = selectJudged(figures, pattern);
  const telling = judged.filter(({ injectedMillis }) => injectedMillis >= MIN_FIGURE_MILLIS);
  const overrunMillis = findOverrunMillis(figures, pattern);
  const isOnPlan = overrunMillis <= MAX_INJECTION_MILLIS;
  return {
    error: pattern.isShort ? null : findWorstError(telling),
    excessMillis: Math.max(...judged.map(findExcessMillis)),
    overrunMillis,
    isOnPlan,
    isFoundOff: !pattern.isShort && isFoundOff(telling, isOnPlan),
  };
}

/** How far blocks are off their plan past 5 % of it, at the worst. */
export function findOverrunMillis(figures: readonly InjectionFigure[], pattern: Pattern): number {
  const overruns = selectJudged(figures, pattern).map(({ plannedMillis, injectedMillis }) =>
    findExcess(injectedMillis, plannedMillis),
  );
  return Math.max(...overruns);
}

export function assess(errors: TryErrors, conditions: TryConditions, pattern: Pattern): Assessment {
  const { error, excessMillis, overrunMillis, isOnPlan } = errors;
  const isStarved = conditions.starvedFraction > MAX_RUNNABLE_FRACTION;
  const wasOffWithoutMonitor =
    (conditions.controlOverrunMillis ?? 0) > Math.max(MAX_INJECTION_MILLIS, overrunMillis / 2);
  return {
    isOk: (error ?? 0) <= MAX_ERROR && excessMillis <= (pattern.grantedMillis ?? WAKE_UP_MILLIS) && isOnPlan,
    isFoundOff: errors.isFoundOff && !isStarved,
    isDisturbed: isStarved || wasOffWithoutMonitor,
  };
}

function selectJudged<F extends InjectionFigure>(figures: readonly F[], { judgedUpTo = 100 }: Pattern): F[] {
  return figures.filter(({ percentile }) => percentile <= judgedUpTo);
}

function findWorstError(figures: readonly Figure[]): number {
  const errors = figures.map(({ injectedMillis, foundMillis }) => Math.abs(foundMillis / injectedMillis - 1));
  return errors.length > 0 ? Math.max(...errors) : Number.NaN;
}

function findExcessMillis({ injectedMillis, allMillis }: Figure): number {
  return findExcess(allMillis, injectedMillis);
}

/** By how much one is off the other, past the promise. */
function findExcess(millis: number, expectedMillis: number): number {
  return Math.max(0, Math.abs(millis - expectedMillis) - MAX_ERROR * expectedMillis);
}

/** What kept blocks from their plan may have come before them too, where only the monitor sees it: so much is granted. */
function isFoundOff(figures: readonly Figure[], isOnPlan: boolean): boolean {
  const isOff = ({ plannedMillis, injectedMillis, foundMillis }: Figure): boolean => {
    const grantedMillis = isOnPlan ? 0 : Math.abs(injectedMillis - plannedMillis);
    return !(Math.abs(foundMillis - injectedMillis) <= MAX_ERROR * injectedMillis + grantedMillis);
  };
  return figures.length === 0 || figures.some(isOff);
}
