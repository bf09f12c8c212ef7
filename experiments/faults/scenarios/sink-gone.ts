import { median, percentile } from '../percentile.js';
import type { FaultScenario, Figure } from '../scenario.js';
import type { ServiceReport } from '../service-options.js';
import { countUnaccounted, leakFigure, runTrial, type TrialOptions } from '../trial.js';

const MEBIBYTE = 1024 * 1024;

const MAX_QUEUE_BYTES = { small: 4 * MEBIBYTE, full: 16 * MEBIBYTE };
const DURATION_MILLIS = { small: 12_000, full: 60_000 };

/** 1,000 characters of two bytes and the rest of the span, and the resource of its chunk. */
const SPAN_BYTES = 4_096;

/** A heap that fills between two collections moves by as much. */
const FLAT_MEBIBYTES = 16;

/** The two services run one after the other, on a machine that may have others to serve. */
const NOISE_MILLIS = 5;

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
    const control = await runTrial({ ...options, processor: 'offloop' });
    const { processorOptions: _, ...stockOptions } = options;
    const gone = await runTrial({ ...options, processor: 'offloop', behaviour: { hang: {} } });
    const stock = await runTrial({ ...stockOptions, isLogged: false, processor: 'batch', behaviour: { hang: {} } });
    const { report } = gone;
    const dropCount = report.stats?.droppedSpanCount ?? Number.NaN;
    const highestPendingBytes = Math.max(...report.samples.map(({ pendingBytes }) => pendingBytes));
    const figures: Figure[] = [
      {
        what: 'spans lost',
        unit: 'count',
        value: gone.lostSpanCount,
        stockValue: stock.lostSpanCount,
      },
      { what: 'spans dropped', unit: 'count', value: dropCount, expect: { atLeast: 1 } },
      { what: 'drops not told', unit: 'count', value: dropCount - report.toldDropCount, expect: { exactly: 0 } },
      {
        what: 'spans in no count',
        unit: 'count',
        value: countUnaccounted(gone),
        expect: { exactly: 0 },
        stockValue: stock.lostSpanCount,
      },
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
        value: measureGrowth(report),
        expect: { atMost: FLAT_MEBIBYTES },
        stockValue: measureGrowth(stock.report),
      },
      { what: 'loop p99, sink well', unit: 'ms', value: median(control.report.quietP99Millis) },
      {
        what: 'loop p99, sink gone',
        unit: 'ms',
        value: median(report.quietP99Millis),
        expect: { atMost: percentile(control.report.quietP99Millis, 90) + NOISE_MILLIS },
        stockValue: median(stock.report.quietP99Millis),
      },
      leakFigure(gone.leakingLineCount),
    ];
    return { figures, runs: [control, gone, stock] };
  },
};

/** From the first third to the last, medians: the bound has been reached well before. */
function measureGrowth({ samples }: ServiceReport): number {
  const third = Math.floor(samples.length / 3);
  const rss = samples.map(({ rssBytes }) => rssBytes);
  return (median(rss.slice(-third)) - median(rss.slice(third, 2 * third))) / MEBIBYTE;
}
