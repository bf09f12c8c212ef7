import { ArrivalWeightedDelay } from 'offloop/loop-delay';
import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../claims/trials.test-data.js';
import { CHAIN_SHAPES } from './chain/shapes.js';
import { tabulateFleet } from './fleet-tables.js';
import { simulateFleet } from './simulate-fleet.js';
import { type FleetInputs, judgeFleet } from './verdict.js';

const SETTINGS = { serviceCounts: [1, 100], longBlockMillis: 20, requestCount: 1_000, seed: 1 };

const INPUTS: FleetInputs = {
  source: 'results/compare/some-day',
  longBlockMillis: 20,
  requestCount: 1_000,
  requestsPerSecond: 50,
  arms: [
    simulateFleet('control', new ArrivalWeightedDelay([[25, 1]], 2_500), SETTINGS),
    simulateFleet('batch', new ArrivalWeightedDelay([[50, 1]], 2_500), SETTINGS),
    simulateFleet('offloop', new ArrivalWeightedDelay([[5, 10]], 2_500), SETTINGS),
  ],
};

/** Of every chain, at p90 and p99. */
const judge = (measuredMillis: number, predictedMillis: number, inputs = INPUTS) =>
  judgeFleet(
    estimateFrom(
      Object.fromEntries(
        CHAIN_SHAPES.map(({ name }) => [
          name,
          { measuredP99Millis: measuredMillis, predictedP99Millis: predictedMillis },
        ]),
      ),
    ),
    inputs,
  );

describe('the verdict of fleet', () => {
  it('says how likely a block is met through a hundred services, and by whose blocks', () => {
    const sentence = judge(40, 40);
    expect(sentence).toContain('by the blocks of results/compare/some-day');
    expect(sentence).toContain('86.7 % with batch (p99');
  });

  it('names the floor, and calls an arm below it noise', () => {
    const sentence = judge(40, 40);
    expect(sentence).toContain('63.4 % with control, which exports nothing and is the floor (p99');
    expect(sentence).toContain('0.0 % with offloop, which is noise (p99');
    expect(sentence).toMatch(
      /; no exporter can block less than none: the floor lies as high as it does by a few long blocks of the control/,
    );
  });

  it('has an interval where the run has one', () => {
    const arms = INPUTS.arms.map((arm) => ({ ...arm, longBlockInterval: { low: 0, high: 0.03 } }));
    expect(judge(40, 40, { ...INPUTS, arms })).toContain('86.7 % (0.0 to 95.2) with batch (p99');
  });

  it.each([
    [40, 'On real processes the arithmetic holds within 25 %: '],
    [80, 'On real processes the arithmetic does not hold within 25 %: '],
    [20, 'On real processes the arithmetic does not hold within 25 %: '],
  ])('a measured p99 of %d ms where 40 were predicted is told first', (measuredMillis, expected) => {
    expect(judge(measuredMillis, 40).startsWith(expected)).toBe(true);
  });

  it('says that waits are longer where more was measured than predicted', () => {
    expect(judge(48, 40)).toContain(', so that real waits are longer than those given here; by the blocks');
    expect(judge(40, 40)).not.toContain('real waits are longer');
  });
});

describe('the tables of fleet', () => {
  it('have a row an arm and a column a number of services', () => {
    const [chances] = tabulateFleet(INPUTS);
    expect(chances?.head).toEqual(['services', '1', '100']);
    expect(chances?.rows).toEqual([
      ['control (floor)', '1.00', '63.4'],
      ['batch', '2.00', '86.7'],
      ['offloop (noise)', '0', '0'],
    ]);
  });

  it('marks a row of which only some values lie below the floor', () => {
    const often = simulateFleet('often', new ArrivalWeightedDelay([[1, 2_000]], 2_500), SETTINGS);
    const tables = tabulateFleet({ ...INPUTS, arms: [...INPUTS.arms, often] });
    const p99AtOnce = tables.find(({ title }) => title === 'Services all at once: p99, ms');
    expect(p99AtOnce?.rows.map(([label]) => label)).toContain('often (part noise)');
  });

  it('mark nothing where nobody ran without an exporter', () => {
    const arms = INPUTS.arms.filter(({ label }) => label !== 'control');
    const [chances] = tabulateFleet({ ...INPUTS, arms });
    expect(chances?.rows.map(([label]) => label)).toEqual(['batch', 'offloop']);
  });

  it('say what a rate means in requests that meet a block, and in processes', () => {
    const rates = tabulateFleet(INPUTS).at(-1);
    expect(rates?.rows[1]).toEqual(['batch', '455', '4,545', '45,452', '454,516']);
    expect(rates?.rows.at(-1)).toEqual(['processes of 50 requests/s', '600', '6,000', '60,000', '600,000']);
  });
});
