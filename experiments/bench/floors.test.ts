import { describe, expect, it } from 'vitest';
import { FLOORS, isFailure, judgeFloor } from './floors.js';
import { recordOf } from './records.test-data.js';
import { tabulateVerdicts } from './tables.js';

function findFloor(name: string) {
  const floor = FLOORS.find((candidate) => candidate.name === name);
  if (floor === undefined) throw new Error(`no floor named '${name}'`);
  return floor;
}

const ENCODE_L = findFloor('encode L: OTLP/JSON ÷ offloop');

function encodeRecords(stockMicros: number, ourMicros: number) {
  return [
    recordOf('encode', 'otlp-json', 'L', { microsPerSpan: stockMicros }),
    recordOf('encode', 'offloop', 'L', { microsPerSpan: ourMicros }),
  ];
}

describe('a floor', () => {
  it('passes at its limit and fails below', () => {
    expect(judgeFloor(ENCODE_L, encodeRecords(200, 4))).toMatchObject({ status: 'pass', value: 50 });
    expect(judgeFloor(ENCODE_L, encodeRecords(199, 4))).toMatchObject({ status: 'fail' });
  });

  it('is neither met nor failed where a trial it needs was not run', () => {
    const verdict = judgeFloor(ENCODE_L, encodeRecords(200, 4).slice(0, 1));
    expect(verdict.status).toBe('not measured');
    expect(isFailure(verdict)).toBe(false);
  });

  it('on a share of the cost fails above its limit', () => {
    const floor = findFloor('process CPU L: offloop ÷ batch JSON');
    const records = (ourMicros: number) => [
      recordOf('load', 'control', 'L', { processMicrosPerSpan: 100 }),
      recordOf('load', 'batch-otlp-json', 'L', { processMicrosPerSpan: 300 }),
      recordOf('load', 'offloop-transfer', 'L', { processMicrosPerSpan: ourMicros }),
    ];
    expect(judgeFloor(floor, records(200)).status).toBe('pass');
    expect(judgeFloor(floor, records(201)).status).toBe('fail');
  });

  it('of msgpackr is held against its better mode', () => {
    const verdict = judgeFloor(findFloor('encode S: msgpackr ÷ offloop'), [
      recordOf('encode', 'msgpackr-sequential', 'S', { microsPerSpan: 6 }),
      recordOf('encode', 'msgpackr-bundled', 'S', { microsPerSpan: 3 }),
      recordOf('encode', 'offloop', 'S', { microsPerSpan: 2 }),
    ]);
    expect(verdict).toMatchObject({ status: 'fail', value: 1.5 });
  });

  it('of the better hand-off takes whichever is better', () => {
    const records = [
      recordOf('out', 'control', 'M', { mainThreadMicrosPerSpan: 1 }),
      recordOf('out', 'batch-otlp-json', 'M', { mainThreadMicrosPerSpan: 19 }),
      recordOf('out', 'offloop-transfer', 'M', { mainThreadMicrosPerSpan: 4 }),
      recordOf('out', 'offloop-shared', 'M', { mainThreadMicrosPerSpan: 3 }),
    ];
    const name = 'out M: batch JSON ÷';
    expect(judgeFloor(findFloor(`${name} offloop`), records)).toMatchObject({ status: 'pass', value: 6 });
    expect(judgeFloor(findFloor(`${name} better hand-off`), records)).toMatchObject({ status: 'pass', value: 9 });
  });

  it('of the sustained rate gives each side the batch size that helps it most', () => {
    const verdict = judgeFloor(findFloor('spans/s, S: offloop ÷ batch processor'), [
      recordOf('sustained', 'offloop-transfer', '512', { spansPerSecond: 240_000 }),
      recordOf('sustained', 'offloop-transfer', '2048', { spansPerSecond: 300_000 }),
      recordOf('sustained', 'batch-otlp-json', '512', { spansPerSecond: 60_000 }),
      recordOf('sustained', 'batch-otlp-protobuf', '8192', { spansPerSecond: 100_000 }),
    ]);
    expect(verdict).toMatchObject({ status: 'pass', value: 3 });
  });

  it('that is a time of this machine is shown and fails nothing', () => {
    const verdict = judgeFloor(findFloor('import of offloop, ms'), [
      recordOf('start', 'offloop', 'start', { importMillis: 90 }),
    ]);
    expect(verdict.status).toBe('fail');
    expect(isFailure(verdict)).toBe(false);
    expect(tabulateVerdicts([verdict]).rows[0]?.at(-1)).toBe('fail, shown');
  });
});

it('has no two floors of one name', () => {
  const names = FLOORS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('checks ratios and nothing else', () => {
  const scaled = (factor: number) =>
    FLOORS.flatMap((floor) => (floor.use === 'check' ? [judgeFloor(floor, scaleEverything(factor))] : []));
  expect(scaled(1).every(({ status }) => status !== 'not measured')).toBe(true);
  expect(scaled(1).map(({ status }) => status)).toEqual(scaled(2).map(({ status }) => status));
});

/** A run on a machine so many times slower, in which every arm costs something else. */
function scaleEverything(factor: number) {
  const arms = [
    ...['control', 'offloop', 'offloop-transfer', 'offloop-shared', 'structured-clone', 'msgpackr-sequential'],
    ...['msgpackr-bundled', 'otlp-json', 'otlp-protobuf', 'batch-otlp-json', 'batch-otlp-protobuf'],
  ];
  const sections = ['encode', 'out', 'load', 'start', 'sustained'] as const;
  return sections.flatMap((section) =>
    ['S', 'M', 'L', 'V', 'start', '512'].flatMap((column) =>
      arms.map((arm, index) => {
        const value = (index + 1) ** 2 * factor;
        return recordOf(section, arm, column, {
          microsPerSpan: value,
          mainThreadMicrosPerSpan: value,
          processMicrosPerSpan: value,
          spansPerSecond: value,
          importMillis: value,
        });
      }),
    ),
  );
}
