import { inspect } from 'node:util';
import { OffloopConfigError } from '../errors.js';
import { ArrivalWeightedDelay } from './arrival-weighted.js';
import type { LongBlock } from './block-log.js';
import { parseBuckets } from './delay-curve.js';
import { DelayDistribution } from './delay-distribution.js';
import { LoopDelaySnapshot, SNAPSHOT_VERSION } from './loop-delay-snapshot.js';

/**
 * Makes a snapshot again of what crossed a process boundary or was read from a file.
 *
 * @throws {OffloopConfigError} naming the field that is not as {@link LoopDelaySnapshot.toJSON} writes it.
 */
export function parseLoopDelaySnapshot(value: unknown): LoopDelaySnapshot {
  const fields = parseFields('snapshot', value);
  if (fields['version'] !== SNAPSHOT_VERSION) {
    const got = inspect(fields['version']);
    throw new OffloopConfigError('snapshot.version', `expected ${SNAPSHOT_VERSION}, got ${got}; measure again`);
  }
  const raw = parseFields('snapshot.raw', fields['raw']);
  const arrivalWeighted = parseFields('snapshot.arrivalWeighted', fields['arrivalWeighted']);
  return new LoopDelaySnapshot(
    {
      startedAtUnixMillis: parseNumber('snapshot', fields, 'startedAtUnixMillis'),
      durationMillis: parseNumber('snapshot', fields, 'durationMillis'),
      resolutionMillis: parseNumber('snapshot', fields, 'resolutionMillis'),
      rawResolutionMillis: parseNumber('snapshot', fields, 'rawResolutionMillis'),
      utilization: parseNumber('snapshot', fields, 'utilization'),
      mainThreadCpuMillis: parseNumberOrNull('snapshot', fields, 'mainThreadCpuMillis'),
      runnableMillis: parseNumberOrNull('snapshot', fields, 'runnableMillis'),
      thresholdsMillis: parseList('snapshot.thresholdsMillis', fields['thresholdsMillis']).map((item, index) =>
        parseNumber('snapshot.thresholdsMillis', { [index]: item }, String(index)),
      ),
      longestBlocks: parseList('snapshot.longestBlocks', fields['longestBlocks']).map(parseLongBlock),
      // Not in what was recorded before there was such a figure.
      ...('longestBlockCount' in fields && {
        longestBlockCount: parseNumber('snapshot', fields, 'longestBlockCount'),
      }),
    },
    {
      raw: new DelayDistribution(parseBuckets('snapshot.raw.buckets', raw['buckets'])),
      perIteration: parsePerIteration(fields['perIteration']),
      arrivalWeighted: new ArrivalWeightedDelay(
        parseBuckets('snapshot.arrivalWeighted.blocks', arrivalWeighted['blocks']),
        parseNumber('snapshot.arrivalWeighted', arrivalWeighted, 'observedMillis'),
      ),
    },
  );
}

type Fields = Readonly<Record<string, unknown>>;

function parsePerIteration(value: unknown): DelayDistribution | null {
  if (value === null) return null;
  const path = 'snapshot.perIteration';
  return new DelayDistribution(parseBuckets(`${path}.buckets`, parseFields(path, value)['buckets']));
}

function parseLongBlock(value: unknown, index: number): LongBlock {
  const path = `snapshot.longestBlocks[${index}]`;
  const fields = parseFields(path, value);
  return {
    startedAtUnixMillis: parseNumber(path, fields, 'startedAtUnixMillis'),
    durationMillis: parseNumber(path, fields, 'durationMillis'),
  };
}

function parseFields(path: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new OffloopConfigError(path, `expected an object, got ${inspect(value)}`);
}

function parseList(path: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new OffloopConfigError(path, `expected a list, got ${inspect(value)}`);
}

function parseNumber(path: string, fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new OffloopConfigError(`${path}.${name}`, `expected a finite number, got ${inspect(value)}`);
}

function parseNumberOrNull(path: string, fields: Fields, name: string): number | null {
  return fields[name] === null ? null : parseNumber(path, fields, name);
}
