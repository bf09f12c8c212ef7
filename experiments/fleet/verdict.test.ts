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
    simulateFleet('batch', new ArrivalWeightedDelay([[50, 1]], 2_500), SETTINGS),
    simulateFleet('offloop', new ArrivalWeightedDelay([[5, 10]], 2_500), SETTINGS),
  ],
};

/** Of every chain, at p90 and p99. */
const judge = (measuredMillis: number, predictedMillis: number) =>
  judgeFleet(
    estimateFrom(
      Object.fromEntries(
        CHAIN_SHAPES.map(({ name }) => [
          name,
          { measuredP99Millis: measuredMillis, predictedP99Millis: predictedMillis },
        ]),
      ),
    ),
    INPUTS,
  );

describe('the verdict of fleet', () => {
  it('says how likely a block is met through a hundred services, and by whose blocks', () => {
    const sentence = judge(40, 40);
    expect(sentence).toContain('By the blocks of results/compare/some-day');
    expect(sentence).toContain('86.7 % with batch (p99');
    expect(sentence).toContain('0.0 % with offloop (p99');
  });

  it.each([
    [44, 'the arithmetic holds within 25 % on real processes'],
    [80, 'the arithmetic does not hold within 25 %'],
    [20, 'the arithmetic does not hold within 25 %'],
  ])('a measured p99 of %d ms where 40 were predicted: %s', (measuredMillis, expected) => {
    expect(judge(measuredMillis, 40)).toContain(expected);
  });
});

describe('the tables of fleet', () => {
  it('have a row an arm and a column a number of services', () => {
    const [chances] = tabulateFleet(INPUTS);
    expect(chances?.head).toEqual(['services', '1', '100']);
    expect(chances?.rows).toEqual([
      ['batch', '2.00', '86.7'],
      ['offloop', '0', '0'],
    ]);
  });

  it('say what a rate means in requests that meet a block, and in processes', () => {
    const rates = tabulateFleet(INPUTS).at(-1);
    expect(rates?.rows[0]).toEqual(['batch', '455', '4,545', '45,452', '454,516']);
    expect(rates?.rows.at(-1)).toEqual(['processes of 50 requests/s', '600', '6,000', '60,000', '600,000']);
  });
});
