import type { SinkBehaviour } from '../../sink/behaviour.js';
import type { FaultScenario, Figure, SizeName } from '../scenario.js';
import { countFaults, countFigures, leakFigure, runBoth, type Trial } from '../trial.js';

interface RecoveringSink {
  readonly name: string;
  readonly title: string;
  readonly behaviour: SinkBehaviour;
  readonly faultMillis: Readonly<Record<SizeName, number>>;
}

const MEBIBYTE = 1024 * 1024;

/** The processor's default. */
const MAX_QUEUE_BYTES = 64 * MEBIBYTE;

/** Of one worker. */
const EXPORTS_AT_A_TIME = 8;

const RETRY_AFTER_SECONDS = 3;

/** Less than the official transport waits for an answer. */
const LATE_ANSWER_MILLIS = 9_000;

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
    title: `the sink answers 429 with Retry-After: ${RETRY_AFTER_SECONDS} for a while, 2,000 spans/s`,
    behaviour: { fail: { status: 429, retryAfterSeconds: RETRY_AFTER_SECONDS } },
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
  {
    name: 'sink-late-answers',
    title: `for 10 s every answer takes ${LATE_ANSWER_MILLIS / 1_000} s, 2,000 spans/s`,
    behaviour: { delayMillis: LATE_ANSWER_MILLIS },
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
          ...countFigures(offloop),
          ...describeFault(behaviour, offloop, faultMillis[size]),
          {
            what: 'queue at most',
            unit: 'MiB',
            value: Math.max(...offloop.report.samples.map(({ pendingBytes }) => pendingBytes)) / MEBIBYTE,
            expect: { atMost: MAX_QUEUE_BYTES / MEBIBYTE },
          },
          leakFigure(offloop.leakingLineCount),
        ],
        runs: [offloop, stock],
      };
    },
  }),
);

/** That the sink was away at all, and how patiently it was asked again. */
function describeFault({ delayMillis, fail }: SinkBehaviour, trial: Trial, faultMillis: number): Figure[] {
  // An answer that comes late is no fault to the sink, which does not count it.
  if (delayMillis !== undefined) return [];
  const count: Figure = { what: 'requests that met the fault', unit: 'count', value: countFaults(trial) };
  if (fail?.retryAfterSeconds === undefined) return [{ ...count, expect: { atLeast: 3 } }];
  const mostTries = Math.ceil(faultMillis / (fail.retryAfterSeconds * 1_000)) + 1;
  return [
    { ...count, expect: { atMost: EXPORTS_AT_A_TIME * mostTries } },
    { what: 'requests put off', unit: 'count', value: countFaults(trial), expect: { atLeast: 1 } },
  ];
}
