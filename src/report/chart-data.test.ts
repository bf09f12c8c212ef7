import { describe, expect, it } from 'vitest';
import { ArrivalWeightedDelay } from '../loop-delay/arrival-weighted.js';
import { listChartData, MARKED_ONE_IN } from './chart-data.js';
import type { ReportDocument, ReportTrial } from './report-document.js';
import { makeReportDocument, makeSnapshot } from './report-document.test.data.js';

function makeDocument(...trials: readonly ReportTrial[]): ReportDocument {
  return { ...makeReportDocument([]), arms: [{ name: 'service', trials }] };
}

const [example] = makeReportDocument(['service']).arms[0]?.trials ?? [];
if (example === undefined) throw new Error('expected a trial');

describe('the curves', () => {
  it('hold the percentiles of all trials taken together, the marked ones exactly', () => {
    const trials = [10, 40].map((blockMillis) => ({ ...example, loopDelay: makeSnapshot(blockMillis) }));
    const [curve] = listChartData(makeDocument(...trials)).arrivalWeighted;
    // 8 blocks of 10 and 8 of 40 ms, 160 of 1 ms, in 16 s.
    const all = new ArrivalWeightedDelay(
      [
        [1, 160],
        [10, 8],
        [40, 8],
      ],
      16_000,
    );
    for (const oneIn of MARKED_ONE_IN) {
      const point = curve?.points.find(([x]) => x === oneIn);
      expect(point?.[1]).toBeCloseTo(all.percentileMillis(100 - 100 / oneIn), 0);
    }
    expect(curve?.points.map(([oneIn]) => oneIn)).toEqual(curve?.points.map(([oneIn]) => oneIn).sort((a, b) => a - b));
  });

  it('end where the samples do', () => {
    const { raw, latency, arrivalWeighted } = listChartData(makeDocument(example));
    const last = (curve: (typeof raw)[number] | undefined) => curve?.points.at(-1)?.[0] ?? Number.NaN;
    expect(last(raw[0])).toBeLessThanOrEqual(798);
    expect(last(latency[0])).toBeLessThanOrEqual(400);
    expect(last(arrivalWeighted[0])).toBe(100_000);
  });

  it('leave out latency that nobody measured', () => {
    expect(listChartData(makeDocument({ ...example, latency: null })).latency).toEqual([]);
  });
});

describe('the timeline', () => {
  it('counts blocks and exports in seconds from the beginning of the trial, and leaves out what came after', () => {
    const { startedAtUnixMillis } = example.loopDelay;
    const exports = [-50, 1_500, 9_000].map((millis) => ({
      receivedAtUnixMillis: startedAtUnixMillis + millis,
      wireByteLength: 7,
    }));
    const [timeline] = listChartData(makeDocument({ ...example, exports })).timelines;
    expect(timeline?.rows[0]?.exports).toEqual([[1.5, 7]]);
    expect(timeline?.rows[0]?.blocks.slice(0, 2)).toEqual([
      [0.25, 10],
      [1.25, 10],
    ]);
  });

  it('tells no exports from exports nobody looked for', () => {
    const exportsOf = (exports: ReportTrial['exports']) =>
      listChartData(makeDocument({ ...example, exports })).timelines[0]?.rows[0]?.exports;
    expect(exportsOf([])).toEqual([]);
    expect(exportsOf(null)).toBeNull();
  });

  it('stays small however many trials there are, the first and the last among them', () => {
    const trials = Array.from({ length: 100 }, (_, index) => ({ ...example, label: `block ${index + 1}` }));
    const labels = listChartData(makeDocument(...trials)).timelines.map(({ label }) => label);
    expect(labels.length).toBeLessThanOrEqual(20);
    expect([labels[0], labels.at(-1)]).toEqual(['block 1', 'block 100']);
  });
});

describe('CPU time', () => {
  it('is split by thread and by mode, each adding up to the process', () => {
    const [share] = listChartData(makeDocument(example, example)).cpu;
    expect(share).toEqual({ arm: 0, mainThread: 200, otherThreads: 100, user: 250, kernel: 50 });
  });

  it('is unknown where one trial does not tell', () => {
    const [share] = listChartData(makeDocument(example, { ...example, processCpu: null })).cpu;
    expect(share).toMatchObject({ mainThread: 200, otherThreads: null, user: null, kernel: null });
  });
});
