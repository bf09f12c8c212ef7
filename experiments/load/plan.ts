import type { LoadPlan } from './protocol.js';

const MAX_PHASE_MILLIS = 3_600_000;

const RANGES: Readonly<Record<NumberKey, readonly [min: number, max: number]>> = {
  ratePerSecond: [0.1, 100_000],
  seed: [0, 2 ** 32 - 1],
  warmUpMillis: [0, MAX_PHASE_MILLIS],
  measuredMillis: [1, MAX_PHASE_MILLIS],
  promptCharacters: [1, 1_000_000],
  completionCharacters: [1, 1_000_000],
  requestTimeoutMillis: [1_000, 600_000],
  maxInFlightCount: [1, 65_536],
};

type NumberKey = { [Key in keyof LoadPlan]-?: LoadPlan[Key] extends number ? Key : never }[keyof LoadPlan];

/** A plan comes over a channel or from a command line, where no compiler has seen it. */
export function findFault(plan: LoadPlan): string | undefined {
  if (typeof plan.url !== 'string' || !/^http:\/\/[^/]+$/.test(plan.url)) {
    return `url: expected a URL such as http://127.0.0.1:3000, without a path, got '${plan.url}'`;
  }
  if (plan.arrivals !== 'poisson' && plan.arrivals !== 'even') {
    return `arrivals: expected 'poisson' or 'even', got '${plan.arrivals}'`;
  }
  for (const [key, [min, max]] of Object.entries(RANGES) as [NumberKey, readonly [number, number]][]) {
    const value = plan[key];
    if (!(typeof value === 'number' && value >= min && value <= max)) {
      return `${key}: expected a number from ${min} to ${max}, got ${value}`;
    }
  }
  return undefined;
}
