import type { ValueOfBlock } from '../claims/claim.js';
import type { Study, StudyBench } from '../studies/study.js';
import { type ChainSettings, runChain } from './chain/run-chain.js';
import { CHAIN_SHAPES } from './chain/shapes.js';
import { tabulateFleet } from './fleet-tables.js';
import { estimateFractionInBlocksOver } from './loop-waits.js';
import { findRecordedRun, readRecordedBlocks } from './recorded-blocks.js';
import { simulateFleet } from './simulate-fleet.js';
import { type FleetInputs, judgeFleet, measuredOverPredicted } from './verdict.js';

const SERVICE_COUNTS = [1, 3, 10, 30, 100, 300, 1_000] as const;

/** Longer than what a service of `compare` does by itself. */
const LONG_BLOCK_MILLIS = 20;

const SIMULATED_REQUEST_COUNT = 20_000;
const SEED = 1;

/** Blocks as long as a small flush, a tenth of the time. */
const CHAIN = { requestsPerSecond: 120, blockMillis: 20, meanPauseMillis: 180, warmUpMillis: 1_500 };

const read =
  (shape: string, name: string): ValueOfBlock =>
  (figure) =>
    figure(shape, name);

export const fleet: Study = {
  name: 'fleet',
  title: 'blocks added up over 1 to 1,000 services, and checked',
  question:
    'What a request waits that needs many services, simulated from the blocks that a recorded run measured in one: ' +
    'each service has its own loop, and requests come to it at random instants. The arithmetic is checked on 3 to 5 ' +
    'real processes that ask each other over HTTP and stand still for 20 ms at a time, a tenth of their time.',
  cases: CHAIN_SHAPES.map(({ name }) => name),
  sizes: {
    quick: {
      blockCount: 2,
      expectedTrialMillis: 7_500,
      settings: { ...CHAIN, idleMillis: 1_000, measuredMillis: 3_000 },
    },
    standard: {
      blockCount: 8,
      expectedTrialMillis: 9_500,
      settings: { ...CHAIN, idleMillis: 1_500, measuredMillis: 6_000 },
    },
    reference: {
      blockCount: 10,
      expectedTrialMillis: 12_000,
      settings: { ...CHAIN, idleMillis: 2_000, measuredMillis: 8_000 },
    },
  },
  findObstacle: () =>
    findRecordedRun() === null
      ? 'expected a recorded run below results/compare, found none; run it in a checkout of the repository'
      : null,
  open,
  tables: [
    {
      title: 'Real processes: what blocks add to the latency, ms',
      columns: ['p90', 'predicted', 'and back', 'p99', 'predicted', 'and back'].map((head) => ({ head })),
      rows: CHAIN_SHAPES.map(({ name }) => ({
        label: name,
        values: [90, 99].flatMap((percentile) =>
          ['measured', 'predicted', 'timeline'].map((kind) => read(name, `${kind}P${percentile}Millis`)),
        ),
      })),
    },
    {
      title: 'Real processes: measured over predicted',
      columns: [
        { head: 'p90', hasInterval: true },
        { head: 'p99', hasInterval: true },
        { head: 'late, %' },
        { head: 'predicted' },
      ],
      rows: CHAIN_SHAPES.map(({ name }) => ({
        label: name,
        values: [
          measuredOverPredicted(name, 90),
          measuredOverPredicted(name, 99),
          read(name, 'measuredLatePercent'),
          read(name, 'predictedLatePercent'),
        ],
      })),
    },
  ],
  tabulateInputs: tabulateFleet,
  verdict: judgeFleet,
};

async function open(): Promise<StudyBench> {
  const folder = findRecordedRun();
  if (folder === null) throw new Error('unreachable: an obstacle that was looked for');
  const { arms, requestsPerSecond } = await readRecordedBlocks(folder);
  process.stderr.write(`Simulating a fleet from the blocks of ${folder}\n`);
  const inputs: FleetInputs = {
    source: folder,
    longBlockMillis: LONG_BLOCK_MILLIS,
    requestCount: SIMULATED_REQUEST_COUNT,
    requestsPerSecond,
    arms: arms.map(({ label, delay, trialDelays }) => ({
      ...simulateFleet(label, delay, {
        serviceCounts: SERVICE_COUNTS,
        longBlockMillis: LONG_BLOCK_MILLIS,
        requestCount: SIMULATED_REQUEST_COUNT,
        seed: SEED,
      }),
      longBlockInterval: estimateFractionInBlocksOver(trialDelays, LONG_BLOCK_MILLIS),
    })),
  };
  return {
    inputs,
    measure({ case: name, seed, settings }) {
      const shape = CHAIN_SHAPES.find((candidate) => candidate.name === name);
      if (shape === undefined) throw new Error(`expected a case of fleet, got '${name}'`);
      return runChain(shape, settings as unknown as ChainSettings, seed);
    },
    end: async () => {},
  };
}
