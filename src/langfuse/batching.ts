import { getEnv } from '@langfuse/core';
import { logDiag } from '../diag-log.js';
import { OffloopConfigError } from '../errors.js';
import { describeValue, expectOneOf } from '../option-checks.js';
import type { LangfuseWorkerSpanProcessorOptions } from './langfuse-options.js';

/** When spans leave, in the SDK's own terms; what is left out is the SDK's variable or default. */
export interface Batching {
  readonly maxExportBatchSize?: number;
  readonly scheduledDelayMillis?: number;
}

interface NumberOption {
  readonly name: 'flushAt' | 'flushInterval' | 'timeout';
  readonly variable: 'LANGFUSE_FLUSH_AT' | 'LANGFUSE_FLUSH_INTERVAL' | 'LANGFUSE_TIMEOUT';
  readonly expected: string;
  isValid(value: number): boolean;
}

/** The longest delay of a Node timer, less what is added to an export's own. */
const MAX_SECONDS = 2_147_000;

const FLUSH_AT: NumberOption = {
  name: 'flushAt',
  variable: 'LANGFUSE_FLUSH_AT',
  expected: 'a whole number of spans from 1',
  isValid: (value) => Number.isInteger(value) && value >= 1,
};
const FLUSH_INTERVAL: NumberOption = {
  name: 'flushInterval',
  variable: 'LANGFUSE_FLUSH_INTERVAL',
  expected: `seconds from 0 to ${MAX_SECONDS}`,
  isValid: (value) => value >= 0 && value <= MAX_SECONDS,
};
const TIMEOUT: NumberOption = {
  name: 'timeout',
  variable: 'LANGFUSE_TIMEOUT',
  expected: `seconds above 0, up to ${MAX_SECONDS}`,
  isValid: (value) => value > 0 && value <= MAX_SECONDS,
};

const DEFAULT_TIMEOUT_SECONDS = 5;

const EXPORT_MODES = ['batched', 'immediate'] as const;

/** @throws {OffloopConfigError} for a value out of range. */
export function resolveBatching(options: LangfuseWorkerSpanProcessorOptions): Batching {
  if (expectOneOf('exportMode', options.exportMode, EXPORT_MODES) === 'immediate') return { maxExportBatchSize: 1 };
  const flushAt = readUnlessFalsy(FLUSH_AT, options.flushAt);
  const flushIntervalSeconds = readUnlessFalsy(FLUSH_INTERVAL, options.flushInterval);
  return {
    ...(flushAt !== undefined && { maxExportBatchSize: flushAt }),
    ...(flushIntervalSeconds !== undefined && { scheduledDelayMillis: toMillis(flushIntervalSeconds) }),
  };
}

/** @throws {OffloopConfigError} for a value out of range. */
export function resolveTimeoutMillis({ timeout }: LangfuseWorkerSpanProcessorOptions): number {
  return toMillis(readNumber(TIMEOUT, timeout) ?? DEFAULT_TIMEOUT_SECONDS);
}

/** 0 written in the code stands for the SDK's default, whatever the environment says. */
function readUnlessFalsy(option: NumberOption, value: unknown): number | undefined {
  const isLeftOut = value === undefined || value === null;
  return isLeftOut || value ? readNumber(option, value) : undefined;
}

function readNumber({ name, variable, expected, isValid }: NumberOption, value: unknown): number | undefined {
  if (value !== undefined && value !== null) {
    // A number in text is taken, as LangfuseSpanProcessor does.
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && isValid(number)) return number;
    throw new OffloopConfigError(name, `expected ${expected}, got ${describeValue(value)}`);
  }
  const text = getEnv(variable);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (isValid(number)) return number;
  logDiag('warn', `${variable}: expected ${expected}, got '${text}'; ignored`);
  return undefined;
}

/** Timers take whole milliseconds. What is not 0 does not become 0, which would stand for no time at all. */
function toMillis(seconds: number): number {
  return seconds === 0 ? 0 : Math.max(1, Math.round(seconds * 1000));
}
