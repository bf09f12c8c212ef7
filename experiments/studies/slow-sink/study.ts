import { ExchangeBench, type SinkState, SLOW_ANSWER_MILLIS } from '../exchange-bench.js';
import type { ExchangeArm } from '../service/protocol.js';
import type { Study, StudyBench, StudyTable } from '../study.js';
import { judgeSlowSink, SLOW_SINK_ARMS, sinkCase } from './verdict.js';

const STATES = ['slow', 'down'] as const satisfies readonly SinkState[];

const TITLES = {
  slow: `The receiver takes ${SLOW_ANSWER_MILLIS / 1_000} s for every answer`,
  down: 'Nothing listens where the receiver should be',
} as const;

/** The control has no receiver; what it waits is the service's own. */
const CASES = [
  { name: 'control', arm: 'control', sink: 'well' },
  ...STATES.flatMap((sink) => SLOW_SINK_ARMS.map((arm) => ({ name: sinkCase(arm, sink), arm, sink }))),
] as const satisfies readonly { readonly name: string; readonly arm: ExchangeArm; readonly sink: SinkState }[];

const FIGURES = ['p99Millis', 'residentGrowthMebibytes', 'lostPercent'] as const;

const table = (sink: (typeof STATES)[number]): StudyTable => ({
  title: TITLES[sink],
  columns: [
    { head: 'loop p99, ms', hasInterval: true },
    { head: 'RSS growth, MiB', hasInterval: true },
    { head: 'lost, %' },
  ],
  rows: [
    { label: 'control', values: [...FIGURES.slice(0, 2).map(read('control')), null] },
    ...SLOW_SINK_ARMS.map((arm) => ({ label: arm, values: FIGURES.map(read(sinkCase(arm, sink))) })),
  ],
});

export const slowSink: Study = {
  name: 'slow-sink',
  title: 'a receiver that is slow, or that is not there',
  question:
    'A receiver that takes 2 s for every answer, or one that is not there: what a request waits for the loop, how ' +
    'memory grows in the window, and what is lost, which is all that has not arrived when the service is ended, a ' +
    'grace period after its last request. offloop-30-exports is offloop with a `concurrencyLimit` of 30 instead of 8.',
  cases: CASES.map(({ name }) => name),
  sizes: {
    quick: {
      blockCount: 1,
      expectedTrialMillis: 4_800,
      settings: {
        requestsPerSecond: 200,
        characters: 10_000,
        warmUpMillis: 400,
        measuredMillis: 1_500,
        settleTimeoutMillis: 2_100,
      },
    },
    standard: {
      blockCount: 6,
      expectedTrialMillis: 10_000,
      settings: {
        requestsPerSecond: 200,
        characters: 10_000,
        warmUpMillis: 500,
        measuredMillis: 5_000,
        settleTimeoutMillis: 3_000,
      },
    },
    reference: {
      blockCount: 6,
      expectedTrialMillis: 13_000,
      settings: {
        requestsPerSecond: 200,
        characters: 10_000,
        warmUpMillis: 500,
        measuredMillis: 7_000,
        settleTimeoutMillis: 4_000,
      },
    },
  },
  open,
  tables: STATES.map(table),
  verdict: judgeSlowSink,
};

function read(caseName: string) {
  return (name: string) => (figure: (caseName: string, figureName: string) => number) => figure(caseName, name);
}

async function open(): Promise<StudyBench> {
  const bench = await ExchangeBench.open();
  return {
    measure({ case: name, seed, settings }) {
      const own = CASES.find((candidate) => candidate.name === name);
      if (own === undefined) throw new Error(`expected a case of slow-sink, got '${name}'`);
      return bench.run({ arm: own.arm, sink: own.sink, seed, settings });
    },
    end: () => bench.end(),
  };
}
