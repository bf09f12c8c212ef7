import { ExchangeBench } from '../exchange-bench.js';
import { moveToCpus, readCpus } from '../service/cpu-affinity.js';
import type { ExchangeArm } from '../service/protocol.js';
import type { Study, StudyBench, StudyTable } from '../study.js';
import { type CoreCount, coreCase, judgeOneCore } from './verdict.js';

/** What a service on so many cores is compared by. */
const ARMS: readonly { readonly label: string; readonly arm: ExchangeArm; readonly workerNice: number }[] = [
  { label: 'control', arm: 'control', workerNice: 0 },
  { label: 'batch-otlp-json', arm: 'batch-otlp-json', workerNice: 0 },
  { label: 'batch-otlp-protobuf', arm: 'batch-otlp-protobuf', workerNice: 0 },
  { label: 'offloop', arm: 'offloop', workerNice: 0 },
  { label: 'offloop, nice 19', arm: 'offloop', workerNice: 19 },
];

const CORE_COUNTS: readonly CoreCount[] = [1, 2];

const CASES = CORE_COUNTS.flatMap((coreCount) =>
  ARMS.map(({ label, arm, workerNice }) => ({ name: coreCase(label, coreCount), arm, workerNice, coreCount })),
);

const table = (coreCount: CoreCount): StudyTable => ({
  title: `The service on ${coreCount === 1 ? 'one core' : 'two cores'}`,
  columns: [
    { head: 'loop p99, ms', hasInterval: true },
    { head: 'latency p99, ms' },
    { head: 'main ms/s' },
    { head: 'all ms/s' },
  ],
  rows: ARMS.map(({ label }) => ({
    label,
    values: ['p99Millis', 'latencyP99Millis', 'mainCpuMillisPerSecond', 'processCpuMillisPerSecond'].map(
      (name) => (figure) => figure(coreCase(label, coreCount), name),
    ),
  })),
});

export const oneCore: Study = {
  name: 'one-core',
  title: 'a service on one core and on two, by its exporter',
  question:
    'The service runs on one core alone, or on that and a second one, which it shares with the load generator and the ' +
    'receiver; they never run on the first. What a request waits for the loop (arrival-weighted), its latency, and the ' +
    'CPU of the main thread and of all threads.',
  cases: CASES.map(({ name }) => name),
  sizes: {
    quick: {
      blockCount: 1,
      expectedTrialMillis: 4_300,
      settings: { requestsPerSecond: 200, characters: 10_000, warmUpMillis: 600, measuredMillis: 2_000 },
    },
    standard: {
      blockCount: 6,
      expectedTrialMillis: 6_000,
      settings: { requestsPerSecond: 200, characters: 10_000, warmUpMillis: 800, measuredMillis: 3_500 },
    },
    reference: {
      blockCount: 8,
      expectedTrialMillis: 6_500,
      settings: { requestsPerSecond: 200, characters: 10_000, warmUpMillis: 800, measuredMillis: 4_000 },
    },
  },
  findObstacle,
  open,
  tables: CORE_COUNTS.map(table),
  verdict: judgeOneCore,
};

function findObstacle(): string | null {
  const cpus = readCpus();
  if (cpus === null) return 'expected the command taskset, found none; install util-linux, or run it on Linux';
  if (cpus.length < CORE_COUNTS.length) return `expected two cores, got ${cpus.length}; run it on a machine with more`;
  return null;
}

async function open(): Promise<StudyBench> {
  const [first, second, ...rest] = readCpus() ?? [];
  if (first === undefined || second === undefined) throw new Error('unreachable: an obstacle that was looked for');
  // What this process starts from now on stays off the first core; the service moves itself.
  moveToCpus([second]);
  const bench = await ExchangeBench.open();
  return {
    measure({ case: name, seed, settings }) {
      const own = CASES.find((candidate) => candidate.name === name);
      if (own === undefined) throw new Error(`expected a case of one-core, got '${name}'`);
      const { arm, workerNice, coreCount } = own;
      return bench.run({ arm, workerNice, cpus: coreCount === 1 ? [first] : [first, second], seed, settings });
    },
    async end() {
      await bench.end();
      moveToCpus([first, second, ...rest]);
    },
  };
}
