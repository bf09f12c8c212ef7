import { UsageError } from './command-line.js';
import type { SizeName } from './runner/scenario.js';

/** They choose how long a run takes; without one of them it has its standard size. */
export const SIZE_FLAGS: readonly string[] = ['--quick', '--reference'];

/** @throws {UsageError} for both at once. */
export function readSizeName(words: Iterable<string>): SizeName {
  const given = new Set(words);
  if (SIZE_FLAGS.every((flag) => given.has(flag))) {
    throw new UsageError('expected one of --quick and --reference, got --quick and --reference');
  }
  if (given.has('--quick')) return 'quick';
  return given.has('--reference') ? 'reference' : 'standard';
}
