import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Interval } from '#gate/statistics/bootstrap-interval';
import { Estimates } from '../claims/estimate.js';
import { type AddedFigures, listAddedFigures } from '../report/added-figures.js';
import { findNewest } from '../results-folders.js';
import { readRun } from '../runner/raw-data.js';
import { summarizeArms } from '../runner/summary.js';
import { coreCase } from '../studies/one-core/verdict.js';
import { readStudyRun } from '../studies/run-study.js';
import type { AxisName } from './axes.js';
import { listOutcomes } from './cell-figures.js';
import { CORE_CHOICES, listChoiceEffects, TEXT_CHOICES } from './choices.js';
import { findAxis } from './effect-tables.js';
import { type ComparedOutcome, type Effect, listLevelEffects, listPeers, type MeanMillis } from './effects.js';
import { findMatrixRun, type MatrixRun } from './matrix-record.js';

const PAGE = readFileSync(new URL('../../docs/choosing.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');

const TINY = ['no long text, 5 requests/s', 'no long text, 40 x 2 spans/s', 'no long text, 40 x 20 spans/s'];
const MIDDLE = ['2 kB, 5 requests/s', '2 kB, 40 requests/s', '20 kB, 5 requests/s', '20 kB, 40 requests/s'];
const LONG_SLOW = '200 kB, 5 requests/s';
const LONG_FAST = '200 kB, 40 requests/s';
const SMALL_BATCHES = ['batch-otlp-json-tuned', 'batch-awaited'];

let run: MatrixRun;
let peers: ComparedOutcome[];
let atOneLoad: AddedFigures[];

beforeAll(async () => {
  run = expectFound(await findMatrixRun(expectFound(await findNewest('matrix'))));
  peers = listPeers(listOutcomes(run));
  atOneLoad = await readAdded('export-arms');
}, 60_000);

async function readAdded(scenario: string): Promise<AddedFigures[]> {
  return listAddedFigures(await readRun(expectFound(await findNewest(scenario))), 'offloop');
}

function expectFound<Value>(value: Value | null | undefined): Value {
  if (value === undefined || value === null) throw new Error('expected a committed run with every row of the page');
  return value;
}

function ofService(title: string): Effect {
  const found = listChoiceEffects([...TEXT_CHOICES, ...CORE_CHOICES], peers).find((choice) => choice.title === title);
  return expectFound(found?.effect);
}

function ofLevel(axis: AxisName, level: string): Effect {
  return expectFound(listLevelEffects(findAxis(run.matrix.axes, axis), peers).find((effect) => effect.level === level));
}

function findArm(figures: readonly AddedFigures[], label: string): AddedFigures {
  return expectFound(figures.find(({ arm }) => arm.label === label));
}

const low = ({ interval }: MeanMillis): number => expectFound(interval).low;
const high = ({ interval }: MeanMillis): number => expectFound(interval).high;
const isUntold = (saved: MeanMillis): boolean => low(saved) <= 0 && high(saved) >= 0;
const added = (figures: readonly AddedFigures[], label: string): Interval =>
  expectFound(findArm(figures, label).wait.difference);

// The words of the page are written by hand: a new run for which they are not so has to change them.
describe('the tree of docs/choosing.md says of the matrix', () => {
  it('without long texts nothing saved can be told, and cut texts cost', () => {
    expect(PAGE).toContain('offloop saves nothing here that can be told, and with cut texts it costs');
    for (const title of TINY) expect(low(ofService(title).saved), title).toBeLessThanOrEqual(0);
    expect(high(ofLevel('capture', '200 characters').saved)).toBeLessThan(0);
  });

  it('at the rates of tiny spans it is not worth it', () => {
    expect(PAGE).toContain('- **A few requests a second**: stay with');
    expect(PAGE).toContain('- **40 requests/s of 2 spans each**: **not worth it**');
    expect(PAGE).toContain('- **40 requests/s of 20 spans each**: no difference can be told, so **not worth it**');
    for (const title of TINY) {
      const { worthCount, costCount, saved } = ofService(title);
      expect(worthCount, title).toBeLessThanOrEqual(costCount);
      expect(saved.meanMillis, title).toBeLessThan(1);
    }
    expect(isUntold(ofService('no long text, 40 x 20 spans/s').saved)).toBe(true);
  });

  it('of 2 to 20 kB no gain can be told, and at 20 kB it costs more than 1 ms in some cells', () => {
    expect(PAGE).toContain('**2 to 20 kB a request**: the matrix shows no gain that can be told from 0, and at 20 kB');
    for (const title of MIDDLE) expect(isUntold(ofService(title).saved), title).toBe(true);
    expect(ofLevel('capture', '20 kB').costCount).toBeGreaterThan(0);
  });

  it('of 200 kB the gain is clear at 40 requests/s and likely at 5', () => {
    expect(PAGE).toContain('at 40 requests/s clearly; at 5 likely, the interval reaches below 0.');
    expect(low(ofService(LONG_FAST).saved)).toBeGreaterThan(1);
    const slow = ofService(LONG_SLOW);
    expect(slow.saved.meanMillis).toBeGreaterThan(1);
    expect(slow.worthCount).toBeGreaterThan(slow.cellCount / 2);
    expect(low(slow.saved)).toBeLessThan(0);
  });

  it('on one core it costs in more cells than it is worth it in, and long texts leave it open', () => {
    expect(PAGE).toContain('Over all cells on one core offloop costs in more of them than it is worth it in.');
    const { worthCount, costCount } = ofLevel('cores', '1');
    expect(costCount).toBeGreaterThan(worthCount);
    expect(PAGE).toContain("with long texts at the rates of the tables it can't be told; at a high rate");
    expect(isUntold(ofService('one core, 2 to 200 kB').saved)).toBe(true);
    const small = ofService('one core, no long text');
    expect(small.costCount).toBeGreaterThan(small.worthCount);
  });

  it('on two or more the work leaves, for the price of some CPU', () => {
    expect(PAGE).toContain('**Two or more**: the work leaves, for the price of [some CPU]');
    const { saved, arm, offloop } = ofService('all cores, 2 to 200 kB');
    expect(low(saved)).toBeGreaterThan(0);
    expect(offloop.processCpuMicrosPerRequest).toBeGreaterThan(expectFound(arm.processCpuMicrosPerRequest));
  });

  it('metadata take away most of what the ways to export differ by', () => {
    expect(PAGE).toContain('`metadata` instead of full texts takes away most of the difference');
    const [metadata, full] = [ofLevel('capture', 'metadata'), ofLevel('capture', '200 kB')];
    expect(Math.abs(metadata.saved.meanMillis)).toBeLessThan(0.2 * full.saved.meanMillis);
  });

  it('a gain in response time can be told with the longest texts at the higher rate only', () => {
    expect(PAGE).toContain('with 200 kB at 40 requests/s, and with no smaller text;');
    expect(low(ofService(LONG_FAST).savedLatencyP99)).toBeGreaterThan(0);
    for (const title of [...TINY, ...MIDDLE, LONG_SLOW]) {
      expect(low(ofService(title).savedLatencyP99), title).toBeLessThanOrEqual(0);
    }
    expect(PAGE).toContain('beside `clone-to-worker` offloop answers later');
    expect(high(ofLevel('exporter', 'clone-to-worker').savedLatencyP99)).toBeLessThan(0);
  });

  it('a worker raises the CPU of all threads, but for the longest texts', () => {
    expect(PAGE).toContain('for throughput alone the CPU of all threads counts, and a worker raises it, but for the');
    const isDearer = ({ arm, offloop }: Effect) =>
      expectFound(offloop.processCpuMicrosPerRequest) > expectFound(arm.processCpuMicrosPerRequest);
    for (const title of [...TINY, ...MIDDLE]) expect(isDearer(ofService(title)), title).toBe(true);
    for (const title of [LONG_SLOW, LONG_FAST]) expect(isDearer(ofService(title)), title).toBe(false);
  });

  it('two ways that leave the loop add less in these cells, and awaited batches answer later', () => {
    expect(PAGE).toContain('A structured clone to a worker and a child process add less than offloop in these cells');
    for (const arm of ['clone-to-worker', 'child-process']) {
      const { saved, arm: own, offloop } = ofLevel('exporter', arm);
      expect(saved.meanMillis, arm).toBeLessThan(0);
      expect(own.cpuMicrosPerRequest, arm).toBeLessThan(expectFound(offloop.cpuMicrosPerRequest));
    }
    expect(PAGE).toContain('`batch-awaited` answers later than offloop in these cells.');
    expect(low(ofLevel('exporter', 'batch-awaited').savedLatencyP99)).toBeGreaterThan(0);
  });
});

describe('docs/choosing.md says of other runs', () => {
  it("at one load clone and child process can't be told from offloop", () => {
    expect(PAGE).toContain('neither can be told from offloop');
    for (const label of ['clone-to-worker', 'child-process']) {
      const { savedWait, savedLatencyP99 } = findArm(atOneLoad, label);
      expect(savedWait.verdict, label).toBe('cannot tell');
      expect(savedLatencyP99.verdict, label).toBe('cannot tell');
    }
  });

  it('those that serialize a batch in one turn have the most to save', () => {
    expect(PAGE).toContain('The arms with the most to save are those that serialize a batch in one turn.');
    const most = atOneLoad
      .filter(({ savedWait }) => (savedWait.difference?.estimate ?? 0) > 10)
      .map(({ arm }) => arm.label)
      .sort();
    expect(most).toEqual(['batch-otlp-json', 'batch-otlp-protobuf', 'batch-otlp-protobuf-gzip', 'langfuse-every-span']);
  });

  it('at 100 spans/s smaller batches do as well as offloop, or better', async () => {
    expect(PAGE).toContain('[at 100 spans/s](#smaller-batches-first) that does as well as offloop, or better');
    const figures = await readAdded('m6-auto-flush-100');
    const recorded = await readRun(expectFound(await findNewest('m6-auto-flush-100')));
    const longest = new Map(
      summarizeArms(recorded.scenario.arms, recorded.trials).map((arm) => [arm.armName, arm.arrivalWeighted.maxMillis]),
    );
    for (const label of SMALL_BATCHES) {
      expect(added(figures, label).low, label).toBeLessThan(added(figures, 'offloop').high);
      expect(expectFound(longest.get(label)), label).toBeLessThan(expectFound(longest.get('offloop')));
    }
  });

  it('with more text small batches still take away most, and offloop adds less than they do', async () => {
    expect(PAGE).toContain('still take away most of what the stock batch adds, and offloop adds less than they do');
    const figures = await readAdded('m6-auto-flush-spike');
    for (const label of SMALL_BATCHES) {
      expect(added(figures, label).estimate, label).toBeLessThan(0.5 * added(figures, 'batch-otlp-json').estimate);
      expect(added(figures, label).low, label).toBeGreaterThan(added(figures, 'offloop').high);
    }
  });

  it('on one core long texts at a high rate are another matter', async () => {
    expect(PAGE).toContain('Long texts at a high rate are another matter');
    const { study, trials } = await readStudyRun(expectFound(await findNewest('one-core')));
    const cases = [...new Set(trials.map((trial) => trial.case))];
    const estimates = new Estimates({ name: study, cases }, trials);
    const wait = (arm: string) => expectFound(estimates.estimate((figure) => figure(coreCase(arm, 1), 'p99Millis')));
    expect(wait('batch-otlp-json').low).toBeGreaterThan(10 * wait('offloop').high);
  });
});
