import { beforeAll, describe, expect, it } from 'vitest';
import type { Interval } from '#gate/statistics/bootstrap-interval';
import { findNewest } from '../results-folders.js';
import { CONTROL, DEFAULT_FLUSH, listAutoFlushFigures } from '../runner/auto-flush-verdict.js';
import { compareWithControl } from '../runner/paired-comparison.js';
import { readRun } from '../runner/raw-data.js';
import type { Run } from '../runner/run-record.js';
import { AUTO_FLUSH_FINDINGS } from './auto-flush-finding.js';

/** What the pages call a chosen moment. */
const CHOSEN_MOMENTS = ['batch-otlp-json-tuned', 'batch-awaited'];
const SPIKE = 'm6-auto-flush-spike';

interface Flushes {
  readonly p99Millis: (arm: string) => number;
  readonly longestMillis: (arm: string) => number;
  /** To the p99 of the service without an exporter. */
  readonly added: (arm: string) => Interval;
  /** On the wire, of what the default settings sent within a window. */
  readonly batchByteLengths: readonly number[];
}

const recorded = new Map<string, Flushes>();

beforeAll(async () => {
  for (const { scenario } of AUTO_FLUSH_FINDINGS) recorded.set(scenario, await readFlushes(scenario));
}, 60_000);

async function readFlushes(scenario: string): Promise<Flushes> {
  const run = await readRun(expectFound(await findNewest(scenario)));
  const figures = new Map(listAutoFlushFigures(run).map((each) => [each.arm, each]));
  const differences = new Map(compareWithControl(run).map(({ arm, decision }) => [arm.label, decision.difference]));
  return {
    p99Millis: (arm) => expectFound(figures.get(arm)).p99Millis,
    longestMillis: (arm) => expectFound(figures.get(arm)).longestMillis,
    added: (arm) => expectFound(differences.get(arm)),
    batchByteLengths: run.trials.filter(({ arm }) => arm === DEFAULT_FLUSH).flatMap(listBatches),
  };
}

function listBatches({ measured: { loopDelay }, exports }: Run['trials'][number]): number[] {
  const { startedAtUnixMillis: start, durationMillis } = loopDelay;
  return (exports ?? [])
    .filter(({ receivedAtUnixMillis: at }) => at >= start && at <= start + durationMillis)
    .map(({ wireByteLength }) => wireByteLength);
}

function expectFound<Value>(value: Value | null | undefined): Value {
  if (value === undefined || value === null) throw new Error('expected a committed run with every arm of M6');
  return value;
}

const runOf = (scenario: string) => expectFound(recorded.get(scenario));

// The words below the tables of M6 are written by hand: a new run for which they are not so has to change them.
describe('what the pages say of fewer spans and of a chosen moment', () => {
  it('fewer spans lower the p99 and not the longest block', () => {
    const [many, few] = [runOf('m6-auto-flush'), runOf('m6-auto-flush-100')];
    expect(few.p99Millis(DEFAULT_FLUSH)).toBeLessThan(many.p99Millis(DEFAULT_FLUSH) / 2);
    expect(few.longestMillis(DEFAULT_FLUSH)).toBeGreaterThan(0.9 * many.longestMillis(DEFAULT_FLUSH));
  });

  it('the batches of one service are about alike', () => {
    for (const [scenario, { batchByteLengths }] of recorded) {
      expect(batchByteLengths.length, scenario).toBeGreaterThan(0);
      expect(Math.max(...batchByteLengths), scenario).toBeLessThan(1.5 * Math.min(...batchByteLengths));
    }
  });

  it('a chosen moment adds far less to the p99 than the default settings', () => {
    for (const [scenario, { added }] of recorded) {
      for (const arm of CHOSEN_MOMENTS) {
        expect(added(arm).estimate, `${scenario}, ${arm}`).toBeLessThan(0.6 * added(DEFAULT_FLUSH).estimate);
      }
    }
  });

  it('only with 120,000 characters the p99 of offloop stands apart from both', () => {
    for (const [scenario, { added }] of recorded) {
      const isApart = CHOSEN_MOMENTS.map((arm) => added(arm).low > added('offloop').high);
      expect(isApart, scenario).toEqual(CHOSEN_MOMENTS.map(() => scenario === SPIKE));
    }
  });

  it('the longest block falls in most runs, and stays in those that are named', () => {
    const staying = [...recorded].flatMap(([scenario, { longestMillis }]) =>
      CHOSEN_MOMENTS.filter((arm) => longestMillis(arm) > 0.8 * longestMillis(DEFAULT_FLUSH)).map(
        (arm) => `${scenario}, ${arm}`,
      ),
    );
    expect(staying).toEqual([
      'm6-auto-flush, batch-otlp-json-tuned',
      'm6-auto-flush-one-core, batch-otlp-json-tuned',
      'm6-auto-flush-one-core, batch-awaited',
    ]);
  });

  it("at 100 spans/s the longest block of offloop is longer than either's, and than that of no exporter", () => {
    const { longestMillis } = runOf('m6-auto-flush-100');
    for (const arm of [...CHOSEN_MOMENTS, CONTROL]) {
      expect(longestMillis('offloop'), arm).toBeGreaterThan(longestMillis(arm));
    }
  });
});
