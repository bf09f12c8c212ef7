import type { SinkBehaviour } from '../../sink/behaviour.js';
import type { Expectation, FaultScenario, Figure, SizeName } from '../scenario.js';
import { countFaults, leakFigure, runBoth, type Trial, type TrialOptions, unaccountedFigure } from '../trial.js';

interface OddSink {
  readonly name: string;
  readonly title: string;
  readonly behaviour: Readonly<Record<SizeName, SinkBehaviour>>;
  readonly spanCount: Readonly<Record<SizeName, number>>;
  readonly service?: Partial<TrialOptions>;
  /** Which of the spans that ended can't be delivered to such a sink. */
  readonly countUndeliverable: (trial: Trial) => number;
  readonly failureReason?: 'span_too_large_for_receiver' | 'rejected';
  /** How often the sink is odd. */
  readonly oddAnswers: Readonly<Record<SizeName, Expectation>>;
}

const LARGE_EVERY_SPAN_COUNT = 50;

const ODD_SINKS: readonly OddSink[] = [
  {
    name: 'answer-413',
    title: 'requests above 1 MB are answered 413; spans of 60 kB, every 50th of 1.5 MB',
    behaviour: both({ maxBodyBytes: 1_000_000 }),
    spanCount: { small: 500, full: 5_000 },
    service: { textLength: 20_000, large: { textLength: 500_000, everySpanCount: LARGE_EVERY_SPAN_COUNT } },
    countUndeliverable: ({ report }) => Math.ceil(report.endedSpanCount / LARGE_EVERY_SPAN_COUNT),
    failureReason: 'span_too_large_for_receiver',
    // Each span that is too large, alone in its request.
    oddAnswers: { small: { atLeast: 10 }, full: { atLeast: 100 } },
  },
  {
    name: 'answer-partial',
    title: 'partial success: three spans of each of some requests are rejected',
    behaviour: {
      small: { partialSuccess: { rejectedSpans: 3, errorMessage: 'too old', fireCount: 10 } },
      full: { partialSuccess: { rejectedSpans: 3, errorMessage: 'too old', fireCount: 100 } },
    },
    spanCount: { small: 5_000, full: 50_000 },
    countUndeliverable: ({ sinkReport }) => sinkReport.spans.rejectedCount,
    failureReason: 'rejected',
    oddAnswers: { small: { exactly: 10 }, full: { exactly: 100 } },
  },
  {
    name: 'answer-garbage',
    title: '200 with a body that is no OTLP',
    behaviour: both({ garbageBody: {} }),
    spanCount: { small: 5_000, full: 50_000 },
    countUndeliverable: () => 0,
    oddAnswers: { small: { atLeast: 10 }, full: { atLeast: 100 } },
  },
  {
    name: 'answer-endless',
    title: '200 with a body that never ends, to the first eight requests',
    behaviour: both({ endlessBody: { fireCount: 8 } }),
    spanCount: { small: 2_000, full: 20_000 },
    service: { exportTimeoutMillis: 2_000 },
    countUndeliverable: () => 0,
    oddAnswers: { small: { exactly: 8 }, full: { exactly: 8 } },
  },
];

export const sinkAnswers: readonly FaultScenario[] = ODD_SINKS.map((sink) => ({
  name: sink.name,
  title: sink.title,
  isTimed: false,
  async run(size) {
    const spanCount = sink.spanCount[size];
    const { offloop, stock } = await runBoth({
      spansPerSecond: sink.name === 'answer-413' ? 200 : 2_000,
      spanCount,
      durationMillis: 120_000,
      scheduledDelayMillis: 100,
      settleTimeoutMillis: 60_000,
      behaviour: sink.behaviour[size],
      ...sink.service,
    });
    return { figures: judge(sink, size, offloop, stock), runs: [offloop, stock] };
  },
}));

function judge(sink: OddSink, size: SizeName, offloop: Trial, stock: Trial): Figure[] {
  const spanCount = sink.spanCount[size];
  const { requests } = offloop.sinkReport;
  const undeliverableCount = sink.countUndeliverable(offloop);
  const { stats } = offloop.report;
  const failedCount = sink.failureReason === undefined ? 0 : stats?.failedSpanCountByReason[sink.failureReason];
  return [
    {
      what: 'spans ended',
      unit: 'count',
      value: offloop.report.endedSpanCount,
      expect: { exactly: spanCount },
      stockValue: stock.report.endedSpanCount,
    },
    {
      what: 'deliverable spans lost',
      unit: 'count',
      value: offloop.lostSpanCount - undeliverableCount,
      expect: { exactly: 0 },
      stockValue: stock.lostSpanCount - sink.countUndeliverable(stock),
    },
    { what: 'undeliverable spans', unit: 'count', value: undeliverableCount },
    { what: '… counted as such', unit: 'count', value: failedCount ?? 0, expect: { exactly: undeliverableCount } },
    {
      what: 'counted as exported',
      unit: 'count',
      value: stats?.exportedSpanCount ?? Number.NaN,
      expect: { exactly: spanCount - undeliverableCount },
    },
    {
      what: 'spans twice',
      unit: 'count',
      value: offloop.duplicateSpanCount,
      expect: { exactly: 0 },
      stockValue: stock.duplicateSpanCount,
    },
    unaccountedFigure(offloop),
    {
      what: 'odd answers',
      unit: 'count',
      value: countFaults(offloop) + (requests.countByStatus['413'] ?? 0),
      expect: sink.oddAnswers[size],
    },
    leakFigure(offloop.leakingLineCount),
  ];
}

function both(behaviour: SinkBehaviour): Readonly<Record<SizeName, SinkBehaviour>> {
  return { small: behaviour, full: behaviour };
}
