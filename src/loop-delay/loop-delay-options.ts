import { inspect } from 'node:util';
import { OffloopConfigError } from '../errors.js';

export interface LoopDelayOptions {
  /**
   * 0 looks at every turn of the loop and never wakes it. From 1 up, a timer samples so often, in whole milliseconds:
   * each tick wakes an idle loop, and blocks shorter than this that fall between the same two ticks are taken for one.
   *
   * @default 0, up to 1000
   */
  readonly resolutionMillis?: number;
  /**
   * The `resolution` given to `perf_hooks.monitorEventLoopDelay` for `raw`, in whole milliseconds; 0 turns `raw` off,
   * whose figures are then `NaN`. Its timer is the only thing that wakes an idle loop, and nearly all that a monitor
   * costs there; its wake-ups also show when the process was not given a core.
   *
   * @default 50, up to 1000
   */
  readonly rawResolutionMillis?: number;
  /**
   * Delays, in milliseconds, for which a snapshot says how many blocks and how much time were above.
   *
   * @default [10, 50, 100, 500]
   */
  readonly thresholdsMillis?: readonly number[];
  /**
   * How many of the longest blocks are kept, each with the time at which it began.
   *
   * @default 10, from 0 to 1000
   */
  readonly longestBlockCount?: number;
}

export type ResolvedLoopDelayOptions = Required<LoopDelayOptions>;

const DEFAULTS: ResolvedLoopDelayOptions = {
  resolutionMillis: 0,
  // Each firing wakes a sleeping core: Node's own default, 10, costs an idle process more than the rest of the monitor.
  rawResolutionMillis: 50,
  thresholdsMillis: [10, 50, 100, 500],
  longestBlockCount: 10,
};

/** @throws {OffloopConfigError} for an unknown option, or a value out of its range. */
export function resolveLoopDelayOptions(options: LoopDelayOptions): ResolvedLoopDelayOptions {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new OffloopConfigError(name, `expected one of ${Object.keys(DEFAULTS).join(', ')}, got an unknown option`);
    }
  }
  return {
    resolutionMillis: resolveInteger(options, 'resolutionMillis'),
    rawResolutionMillis: resolveInteger(options, 'rawResolutionMillis'),
    thresholdsMillis: resolveThresholds(options.thresholdsMillis ?? DEFAULTS.thresholdsMillis),
    longestBlockCount: resolveInteger(options, 'longestBlockCount'),
  };
}

const MAX_INTEGER = 1_000;

function resolveInteger(
  options: LoopDelayOptions,
  name: 'resolutionMillis' | 'rawResolutionMillis' | 'longestBlockCount',
): number {
  const value: unknown = options[name] ?? DEFAULTS[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_INTEGER) return value;
  throw new OffloopConfigError(name, `expected a whole number from 0 to ${MAX_INTEGER}, got ${inspect(value)}`);
}

function resolveThresholds(value: unknown): readonly number[] {
  const isThreshold = (item: unknown): boolean => typeof item === 'number' && Number.isFinite(item) && item > 0;
  if (Array.isArray(value) && value.every(isThreshold)) return [...new Set<number>(value)].sort((a, b) => a - b);
  throw new OffloopConfigError('thresholdsMillis', `expected a list of numbers above 0, got ${inspect(value)}`);
}
