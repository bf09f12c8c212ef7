import { inspect } from 'node:util';
import { OffloopConfigError } from '../errors.js';

export interface LoopDelayOptions {
  /**
   * How often the block sampler ticks, in whole milliseconds. Blocks shorter than this that fall between the same two
   * ticks are taken for one; longer ones come back whole. Each tick wakes an idle loop: 10 is gentler in production.
   *
   * @default 2, from 1 to 1000
   */
  readonly resolutionMillis?: number;
  /**
   * The `resolution` given to `perf_hooks.monitorEventLoopDelay` for `raw`, in whole milliseconds.
   *
   * @default 10, from 1 to 1000, Node's own default
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
  resolutionMillis: 2,
  rawResolutionMillis: 10,
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
    resolutionMillis: resolveInteger(options, 'resolutionMillis', 1),
    rawResolutionMillis: resolveInteger(options, 'rawResolutionMillis', 1),
    thresholdsMillis: resolveThresholds(options.thresholdsMillis ?? DEFAULTS.thresholdsMillis),
    longestBlockCount: resolveInteger(options, 'longestBlockCount', 0),
  };
}

const MAX_INTEGER = 1_000;

function resolveInteger(
  options: LoopDelayOptions,
  name: 'resolutionMillis' | 'rawResolutionMillis' | 'longestBlockCount',
  min: number,
): number {
  const value: unknown = options[name] ?? DEFAULTS[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= MAX_INTEGER) return value;
  throw new OffloopConfigError(name, `expected a whole number from ${min} to ${MAX_INTEGER}, got ${inspect(value)}`);
}

function resolveThresholds(value: unknown): readonly number[] {
  const isThreshold = (item: unknown): boolean => typeof item === 'number' && Number.isFinite(item) && item > 0;
  if (Array.isArray(value) && value.every(isThreshold)) return [...new Set<number>(value)].sort((a, b) => a - b);
  throw new OffloopConfigError('thresholdsMillis', `expected a list of numbers above 0, got ${inspect(value)}`);
}
