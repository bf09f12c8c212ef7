import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isSound, runFaults } from './run-faults.js';
import type { Expectation, FaultScenario, Figure } from './scenario.js';
import { FAULT_SCENARIOS } from './scenarios/index.js';
import { tabulateFaults } from './tables.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-fault-suite-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function figure(value: number, expect?: Expectation): Figure {
  return { what: 'spans lost', unit: 'count', value, ...(expect === undefined ? {} : { expect }) };
}

function run(...scenarios: FaultScenario[]) {
  return runFaults({ scenarios, size: 'small', seed: 1, command: 'test', folder, onScenario: () => {} });
}

function scenario(name: string, ...figures: Figure[]): FaultScenario {
  return { name, title: name, isTimed: name.startsWith('timed'), run: async () => ({ figures, runs: [] }) };
}

it.each<[Figure, boolean]>([
  [figure(0, { exactly: 0 }), true],
  [figure(1, { exactly: 0 }), false],
  [figure(-1, { exactly: 0 }), false],
  [figure(5, { atMost: 5 }), true],
  [figure(6, { atMost: 5 }), false],
  [figure(5, { atLeast: 5 }), true],
  [figure(4, { atLeast: 5 }), false],
  [figure(Number.NaN, { atMost: 5 }), false],
  [figure(Number.NaN, { atLeast: 5 }), false],
  [figure(7), true],
])('a figure of $value is judged by what it has to be', async (judged, isExpected) => {
  expect(isSound(await run(scenario('only', judged)))).toBe(isExpected);
});

it('a scenario that fails is named and makes the run unsound; the others are run all the same', async () => {
  const broken: FaultScenario = { ...scenario('broken'), run: () => Promise.reject(new Error('no sink')) };
  const result = await run(broken, scenario('sound', figure(0, { exactly: 0 })));
  expect(result.failures).toEqual(['broken: no sink']);
  expect(result.records.map((record) => record.scenario)).toEqual(['sound']);
  expect(isSound(result)).toBe(false);
});

it('a scenario that is timed runs alone, and the records come in the order that was asked for', async () => {
  const underWay = new Set<string>();
  const crowds: string[][] = [];
  const scenarios = ['timed-a', 'b', 'c', 'timed-d', 'e'].map(
    (name): FaultScenario => ({
      ...scenario(name),
      run: async () => {
        underWay.add(name);
        await new Promise(setImmediate);
        crowds.push([...underWay]);
        underWay.delete(name);
        return { figures: [], runs: [] };
      },
    }),
  );
  const { records } = await run(...scenarios);
  expect(records.map((record) => record.scenario)).toEqual(['timed-a', 'b', 'c', 'timed-d', 'e']);
  expect(crowds.filter((crowd) => crowd.some((name) => name.startsWith('timed')))).toEqual([['timed-a'], ['timed-d']]);
  expect(Math.max(...crowds.map((crowd) => crowd.length))).toBe(3);
});

it('raw.jsonl has where the run comes from, then a line a scenario as it ends', async () => {
  await run(scenario('timed-first', figure(1)), scenario('timed-second', figure(2)));
  const lines = readFileSync(join(folder, 'raw.jsonl'), 'utf8').trim().split('\n');
  const [header, ...records] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(header).toMatchObject({
    size: 'small',
    provenance: { command: 'test' },
    scenarios: ['timed-first', 'timed-second'],
  });
  expect(records).toMatchObject([
    { scenario: 'timed-first', figures: [{ value: 1 }] },
    { scenario: 'timed-second', figures: [{ value: 2 }] },
  ]);
});

it('the table shows what was expected, what came and what the stock processor did', () => {
  const figures = [
    { ...figure(0, { exactly: 0 }), stockValue: 12_345 },
    { ...figure(2.5, { atMost: 1 }), unit: 'ms' as const },
  ];
  const { rows } = tabulateFaults([{ scenario: 'sink', title: 'sink', durationMillis: 1, figures }]);
  expect(rows).toEqual([
    ['sink: spans lost', '0', '0', '12,345', 'ok'],
    ['sink: spans lost', '≤ 1.0 ms', '2.5 ms', '-', 'OFF'],
  ]);
});

it('every scenario has a name of its own', () => {
  const names = FAULT_SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
