import { ExchangeBench } from '../exchange-bench.js';
import type { ExchangeArm } from '../service/protocol.js';
import type { Study, StudyBench, StudyTable } from '../study.js';
import { judgeGarbage } from './verdict.js';

const ARMS = [
  'control',
  'batch-otlp-json',
  'batch-otlp-protobuf',
  'langfuse-v5',
  'offloop',
] as const satisfies readonly ExchangeArm[];

const table = (title: string, columns: readonly (readonly [head: string, figureName: string])[]): StudyTable => ({
  title,
  columns: columns.map(([head]) => ({ head })),
  rows: ARMS.map((arm) => ({
    label: arm,
    values: columns.map(
      ([, name]) =>
        (figure) =>
          figure(arm, name),
    ),
  })),
});

export const garbage: Study = {
  name: 'garbage',
  title: 'how long spans stay in memory, and what collecting costs',
  question:
    'What collecting garbage costs the main thread, by kind, as V8 counts it; and how many spans are in memory, ' +
    'counted at moments after a full collection: over the spans made in a second, that is how long each stays.',
  cases: ARMS,
  sizes: {
    quick: {
      blockCount: 1,
      expectedTrialMillis: 6_000,
      settings: { requestsPerSecond: 200, characters: 10_000, warmUpMillis: 800, measuredMillis: 2_600, probeCount: 3 },
    },
    standard: {
      blockCount: 6,
      expectedTrialMillis: 13_000,
      settings: {
        requestsPerSecond: 200,
        characters: 10_000,
        warmUpMillis: 1_000,
        measuredMillis: 6_000,
        probeCount: 7,
      },
    },
    reference: {
      blockCount: 6,
      expectedTrialMillis: 16_000,
      settings: {
        requestsPerSecond: 200,
        characters: 10_000,
        warmUpMillis: 1_000,
        measuredMillis: 8_000,
        probeCount: 9,
      },
    },
  },
  open,
  tables: [
    table('What collecting costs the main thread', [
      ['minor/s', 'minorPerSecond'],
      ['minor ms/s', 'minorMillisPerSecond'],
      ['major/s', 'majorPerSecond'],
      ['major ms/s', 'majorMillisPerSecond'],
      ['longest ms', 'longestPauseMillis'],
    ]),
    table('What stays in memory: spans, how long each, what of one is moved to the old heap', [
      ['live spans', 'liveSpanCount'],
      ['each s', 'liveSeconds'],
      ['promoted kB', 'promotedKilobytesPerSpan'],
      ['heap MiB', 'heapUsedP50Mebibytes'],
      ['most MiB', 'heapUsedMaxMebibytes'],
    ]),
  ],
  verdict: judgeGarbage,
};

async function open(): Promise<StudyBench> {
  const bench = await ExchangeBench.open();
  return {
    measure({ case: arm, seed, settings }) {
      return bench.run({ arm: arm as ExchangeArm, seed, settings, liveSpanProbeCount: settings['probeCount'] ?? 0 });
    },
    end: () => bench.end(),
  };
}
