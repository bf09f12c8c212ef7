import type { SinkBehaviour } from '../../sink/behaviour.js';
import type { FaultScenario, SizeName } from '../scenario.js';
import { countUnaccounted, leakFigure, runBoth } from '../trial.js';

interface RecoveringSink {
  readonly name: string;
  readonly title: string;
  readonly behaviour: SinkBehaviour;
  readonly faultMillis: Readonly<Record<SizeName, number>>;
}

/** The service goes on so long after the sink has recovered. */
const HEALTHY_MILLIS = 3_000;

const RECOVERING_SINKS: readonly RecoveringSink[] = [
  {
    name: 'sink-503',
    title: 'the sink answers 503 for a while, 2,000 spans/s',
    behaviour: { fail: { status: 503 } },
    faultMillis: { small: 6_000, full: 60_000 },
  },
  {
    name: 'sink-retry-after',
    title: 'the sink answers 429 with Retry-After: 3 for a while, 2,000 spans/s',
    behaviour: { fail: { status: 429, retryAfterSeconds: 3 } },
    faultMillis: { small: 6_000, full: 60_000 },
  },
  {
    name: 'sink-resets',
    title: 'every third connection is reset, 2,000 spans/s',
    behaviour: { reset: { moment: 'after-reading', everyRequestCount: 3 } },
    faultMillis: { small: 6_000, full: 60_000 },
  },
  {
    name: 'sink-lost-answers',
    title: 'every third answer is lost, its spans taken, 2,000 spans/s',
    behaviour: { reset: { moment: 'after-accepting', everyRequestCount: 3 } },
    faultMillis: { small: 6_000, full: 60_000 },
  },
  {
    name: 'sink-stalls',
    title: 'the sink answers nothing for 10 s, 2,000 spans/s',
    behaviour: { hang: {} },
    faultMillis: { small: 10_000, full: 10_000 },
  },
];

export const sinkRecovers: readonly FaultScenario[] = RECOVERING_SINKS.map(
  ({ name, title, behaviour, faultMillis }) => ({
    name,
    title,
    isTimed: false,
    async run(size) {
      const { offloop, stock } = await runBoth({
        spansPerSecond: 2_000,
        durationMillis: faultMillis[size] + HEALTHY_MILLIS,
        // An export may take as long as the fault, and then some.
        exportTimeoutMillis: faultMillis[size] + 30_000,
        scheduledDelayMillis: 500,
        settleTimeoutMillis: 60_000,
        behaviour,
        faultMillis: faultMillis[size],
      });
      return {
        figures: [
          {
            what: 'spans ended',
            unit: 'count',
            value: offloop.report.endedSpanCount,
            stockValue: stock.report.endedSpanCount,
          },
          {
            what: 'spans lost',
            unit: 'count',
            value: offloop.lostSpanCount,
            expect: { exactly: 0 },
            stockValue: stock.lostSpanCount,
          },
          {
            what: 'spans twice',
            unit: 'count',
            value: offloop.duplicateSpanCount,
            stockValue: stock.duplicateSpanCount,
          },
          { what: 'spans in no count', unit: 'count', value: countUnaccounted(offloop), expect: { exactly: 0 } },
          leakFigure(offloop.leakingLineCount),
        ],
        runs: [offloop, stock],
      };
    },
  }),
);
