import { describe, expect, it } from 'vitest';
import type { ClaimTrial } from '../claims/claim.js';
import { CONTROL_ARM, comparedArm, injectedArm, withControls } from '../runner/scenario-arms.js';
import { makeTrial } from '../runner/test-trial.js';
import { checkOrder } from './check-order.js';
import { orderClaim } from './order-cases.js';
import { orderMatrix, orderRun } from './order-run.js';
import type { OrderedRecord } from './ordered-record.js';

const placesOf = ({ figures }: OrderedRecord) => figures.map(({ arm, block, place }) => `${block} ${place} ${arm}`);

describe('a run of a scenario', () => {
  const size = { blockCount: 2, warmUpMillis: 0, measuredMillis: 1_000 };
  const scenario = {
    name: 'test',
    title: 'a test',
    arms: [CONTROL_ARM, comparedArm('batch-otlp-json'), comparedArm('offloop')],
    load: { requestsPerSecond: 50, promptCharacters: 1, completionCharacters: 1 },
    sizes: { standard: size, quick: size, reference: size },
  };
  const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

  it('gives each trial the place at which it began, whatever the order of its lines, and counts those that failed', () => {
    const trials = [
      { ...makeTrial({ arm: 'offloop', block: 0 }), startedAt: at(3) },
      { ...makeTrial({ arm: 'control', block: 0 }), startedAt: at(2) },
      { ...makeTrial({ arm: 'control', block: 1, faults: ['starved'] }), startedAt: at(4) },
      { ...makeTrial({ arm: 'offloop', block: 1 }), startedAt: at(5) },
    ];
    const failedTrials = [{ arm: 'batch-otlp-json', block: 0, seed: 1, startedAt: at(1), faults: ['it ended'] }];
    const record = orderRun('test/1', { scenario, trials, failedTrials });
    expect(placesOf(record)).toEqual(['0 2 offloop', '0 1 control', '1 1 offloop']);
    expect(record.control).toBe('control');
    expect(record.contrasts.map(({ arm, control }) => [arm, control])).toEqual([
      ['batch-otlp-json', 'control'],
      ['offloop', 'control'],
    ]);
  });

  it('says which of the two controls it has', () => {
    const injectedBlocks = { lengthMillis: 10, ratePerSecond: 2 };
    const run = { trials: [], failedTrials: [] };
    expect(orderRun('test/1', { scenario, ...run }).selfControls).toEqual([]);
    const controlled = withControls(scenario, injectedBlocks);
    expect(orderRun('test/1', { scenario: controlled, ...run }).selfControls).toEqual(['A/A', 'injected']);
    const injected = { ...scenario, arms: [...scenario.arms, injectedArm(injectedBlocks)] };
    expect(orderRun('test/1', { scenario: injected, ...run }).selfControls).toEqual(['injected']);
    expect(orderMatrix('matrix/1', run).selfControls).toEqual([]);
  });

  it('is found out when its order decides', () => {
    // What runs second is blocked for 20 ms more: the arm, where it is second, and the control, where that is.
    const trials = Array.from({ length: 16 }, (_, block) => {
      const order = block % 2 === 0 ? ['control', 'offloop'] : ['offloop', 'control'];
      return order.map((arm, place) => makeTrial({ arm, block, blockMillis: 20 + 20 * place }));
    }).flat();
    const check = checkOrder(orderRun('test/2', { scenario, trials, failedTrials: [] }));
    expect(check.contrasts.map(({ arm, outcome }) => [arm, outcome])).toEqual([['offloop', 'contradict']]);
    expect(check.controlDrift?.low).toBeGreaterThan(0.5);
  });

  it('of the matrix pairs within a cell, whatever arm the cell is about', () => {
    const trials = [
      makeTrial({ arm: 'control', block: 0 }),
      makeTrial({ arm: 'batch-otlp-json', block: 0 }),
      makeTrial({ arm: 'offloop', block: 0 }),
      makeTrial({ arm: 'langfuse', block: 1 }),
    ];
    const record = orderMatrix('matrix/1', { trials, failedTrials: [] });
    expect(placesOf(record)).toEqual(['0 0 control', "0 1 the cell's arm", '0 2 offloop', "1 0 the cell's arm"]);
    expect(record.contrasts).toHaveLength(3);
  });
});

describe('a run of cases', () => {
  const claim = {
    cases: ['a', 'b', 'alone'],
    tables: [
      {
        title: 'T',
        rows: [
          {
            label: 'b over a',
            document: null,
            unit: 'µs' as const,
            value: (figure: (caseName: string, name: string) => number) =>
              (figure('b', 'callMicros') - figure('a', 'callMicros')) / figure('a', 'callCount'),
          },
          {
            label: 'alone',
            document: null,
            unit: 'µs' as const,
            value: (figure: (caseName: string, name: string) => number) => figure('alone', 'loopMicros'),
          },
        ],
      },
    ],
    verdict: (estimate: (value: (figure: (c: string, n: string) => number) => number) => unknown) => {
      estimate((figure) => figure('alone', 'loopMicros') / figure('b', 'loopMicros'));
      return { status: 'holds' as const, sentence: 'It holds.', vietnameseSentence: 'Đúng thế.' };
    },
  };
  const figures = { callMicros: 10, callCount: 5, loopMicros: 7 };
  const trial = (caseName: string, block: number, faults: readonly string[] = []): ClaimTrial => ({
    case: caseName,
    block,
    figures,
    faults,
  });
  const six = Array.from({ length: 6 }, (_, block) => ['b', 'alone', 'a'].map((name) => trial(name, block))).flat();

  it('compares what a row or the verdict sets against each other, by the figure that both read', () => {
    const { contrasts, followedFigures } = orderClaim('m0/1', claim, six);
    expect(contrasts.map(({ arm, control, figure }) => `${arm} over ${control}: ${figure}`)).toEqual([
      'b over a: callMicros',
      'alone over b: loopMicros',
    ]);
    expect(followedFigures).toEqual(['callMicros', 'loopMicros']);
  });

  it('does not ask the verdict of too few blocks, nor count a block in which a case failed', () => {
    const record = orderClaim('m0/2', claim, [...six.slice(0, 15), trial('b', 5, ['it ended']), ...six.slice(16)]);
    expect(record.contrasts.map(({ figure }) => figure)).toEqual(['callMicros']);
    expect(new Set(record.figures.map(({ block }) => block))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('has an A/A pair where the claim declares one', () => {
    expect(orderClaim('m0/1', claim, six).selfControls).toEqual([]);
    expect(orderClaim('m0/1', { ...claim, repeatCase: 'a' }, six).selfControls).toEqual(['A/A']);
  });

  it('gives each case the place of its line', () => {
    const record = orderClaim('m0/3', claim, six.slice(0, 3));
    expect(new Set(placesOf(record))).toEqual(new Set(['0 0 b', '0 1 alone', '0 2 a']));
  });
});
