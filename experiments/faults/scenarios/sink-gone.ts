import { measureLoopCost } from '../loop-cost.js';
import { median } from '../percentile.js';
import type { FaultScenario, Figure } from '../scenario.js';
import type { ServiceReport } from '../service-options.js';
import { countFaults, leakFigure, runTrial, type TrialOptions, unaccountedFigure } from '../trial.js';

const MEBIBYTE = 1024 * 1024;

const MAX_QUEUE_BYTES = { small: 4 * MEBIBYTE, full: 16 * MEBIBYTE };
const DURATION_MILLIS = { small: 12_000, full: 60_000 };

/** 1,000 characters of two bytes and the rest of the span, and the resource of its chunk. */
const SPAN_BYTES = 4_096;

/** A heap that fills between two collections moves by as much. */
const FLAT_MEBIBYTES = 8;

/** With less a slow machine alone would make the healthy sink a faulty one. */
const CONTROL_EXPORT_TIMEOUT_MILLIS = 30_000;

/** The loop's own resolution. */
const NOISE_MILLIS = 2;

export const sinkGone: FaultScenario = {
  name: 'sink-gone',
  title: 'the sink takes requests and never answers, 2,000 spans/s of 2 kB',
  isTimed: true,
  async run(size) {
    const options = {
      spansPerSecond: 2_000,
      textLength: 1_000,
      durationMillis: DURATION_MILLIS[size],
      exportTimeoutMillis: 2_000,
      scheduledDelayMillis: 500,
      settleTimeoutMillis: 20_000,
      processorOptions: { maxQueueBytes: MAX_QUEUE_BYTES[size] },
    } satisfies Omit<TrialOptions, 'processor'>;
    const { processorOptions: _, ...stockOptions } = options;
    // Beside each other, so that whatever else the machine does weighs on the same windows of both.
    const [control, gone] = await Promise.all([
      runTrial({ ...options, processor: 'offloop', exportTimeoutMillis: CONTROL_EXPORT_TIMEOUT_MILLIS }),
      runTrial({ ...options, processor: 'offloop', behaviour: { hang: {} } }),
    ]);
    const stock = await runTrial({ ...stockOptions, isLogged: false, processor: 'batch', behaviour: { hang: {} } });
    const { report } = gone;
    const loopCost = measureLoopCost(control.report.quietP99Millis, report.quietP99Millis);
    const dropCount = report.stats?.droppedSpanCount ?? Number.NaN;
    const highestPendingBytes = Math.max(...report.samples.map(({ pendingBytes }) => pendingBytes));
    const figures: Figure[] = [
      {
        what: 'spans lost',
        unit: 'count',
        value: gone.lostSpanCount,
        expect: { exactly: report.endedSpanCount },
        stockValue: stock.lostSpanCount,
      },
      // Nothing came to the sink: whatever counts as exported was lost in silence.
      {
        what: 'counted as exported',
        unit: 'count',
        value: report.stats?.exportedSpanCount ?? Number.NaN,
        expect: { exactly: 0 },
      },
      { what: 'requests that met the fault', unit: 'count', value: countFaults(gone), expect: { atLeast: 1 } },
      { what: 'spans lost, sink well', unit: 'count', value: control.lostSpanCount, expect: { exactly: 0 } },
      { what: 'spans dropped', unit: 'count', value: dropCount, expect: { atLeast: 1 } },
      { what: 'drops not told', unit: 'count', value: dropCount - report.toldDropCount, expect: { exactly: 0 } },
      { ...unaccountedFigure(gone), stockValue: stock.lostSpanCount },
      {
        what: 'queue at most',
        unit: 'MiB',
        value: highestPendingBytes / MEBIBYTE,
        // The span that reaches the bound is still taken.
        expect: { atMost: (MAX_QUEUE_BYTES[size] + SPAN_BYTES) / MEBIBYTE },
      },
      {
        what: 'RSS growth after',
        unit: 'MiB',
        value: measureGrowth(report.samples.slice(findFull(report))),
        expect: { atMost: FLAT_MEBIBYTES },
        stockValue: measureGrowth(stock.report.samples.slice(findFull(report))),
      },
      { what: 'loop p99, sink well', unit: 'ms', value: loopCost.calmMillis },
      {
        what: 'loop p99, sink gone',
        unit: 'ms',
        value: loopCost.disturbedMillis,
        stockValue: median(stock.report.quietP99Millis),
      },
      {
        what: 'loop p99, the sink gone costs at least',
        unit: 'ms',
        value: loopCost.leastExtraMillis,
        expect: { atMost: NOISE_MILLIS },
      },
      leakFigure(gone.leakingLineCount),
    ];
    return { figures, runs: [control, gone, stock] };
  },
};

/** The first sample with a full queue; past the last one where it never filled, which leaves nothing to judge. */
function findFull({ samples }: ServiceReport): number {
  const index = samples.findIndex(({ droppedSpanCount }) => droppedSpanCount > 0);
  return index === -1 ? samples.length : index;
}

/** From the first third to the last, medians. */
function measureGrowth(samples: ServiceReport['samples']): number {
  const third = Math.floor(samples.length / 3);
  if (third === 0) return Number.NaN;
  const rss = samples.map(({ rssBytes }) => rssBytes);
  return (median(rss.slice(-third)) - median(rss.slice(0, third))) / MEBIBYTE;
}
