import { describe, expect, it } from 'vitest';
import { ARM_NAMES } from '../arms/index.js';
import { AXIS_NAMES, LANGFUSE_ARMS, listAxes, listComparedArms, listImpossiblePairs } from './axes.js';
import { type CellLevels, describeCell, listCells, nameCell } from './cell.js';
import { countFullFactorial, generateDesign } from './design/design.js';
import { designMatrix } from './matrix-order.js';

const SIZE = { blockCount: 1, warmUpMillis: 0, measuredMillis: 1_000 };

const LEVELS: CellLevels = {
  exporter: 'batch-otlp-json',
  instrumentation: 'observe',
  capture: '20 kB',
  spans: '20',
  kind: 'rows',
  cores: 'all',
  load: '40',
};

describe("the matrix's axes", () => {
  it('have every arm of the lab as a level but those that every cell has', () => {
    const arms = listComparedArms();
    for (const own of ['control', 'offloop'] as const) expect(arms).not.toContain(own);
    expect(ARM_NAMES.filter((name) => !arms.includes(name)).sort()).toEqual([
      'control',
      'langfuse-every-span',
      'offloop',
      'offloop-dearer',
    ]);
  });

  it('lose the single core where no process can be bound to one', () => {
    const cores = listAxes({ canPin: false }).find(({ name }) => name === 'cores');
    expect(cores?.levels.map(({ name }) => name)).toEqual(['all']);
  });
});

describe("the matrix's design", () => {
  const axes = listAxes({ canPin: true });
  const rows = generateDesign(axes, { rowCount: 0, seed: 1, impossiblePairs: listImpossiblePairs() });

  it('is a small fraction of all combinations', () => {
    expect(rows.length / countFullFactorial(axes)).toBeLessThan(0.02);
  });

  it('has each arm with each amount of text once, so that no arm is spared what costs most', () => {
    const pairs = rows.map(({ exporter, capture }) => `${exporter} ${capture}`);
    expect(new Set(pairs).size).toBe(rows.length);
    expect(rows).toHaveLength(listComparedArms().length * 6);
  });

  it("gives Langfuse's arms nothing but what its SDK observes: of the rest they would deliver a part", () => {
    for (const { exporter, instrumentation } of rows) {
      if (LANGFUSE_ARMS.some((name) => name === exporter)) expect(instrumentation).toBe('observe');
    }
  });

  it('runs on one core last: binding the other processes to the rest can not be undone', () => {
    const cores = designMatrix(1, null, true).cells.map(({ levels }) => levels.cores);
    expect(cores).toEqual([...cores].sort().reverse());
  });

  it('begins, in a smaller run, with cells about different arms', () => {
    const { cells, designCellCount } = designMatrix(1, 6, true);
    expect(new Set(cells.map(({ levels }) => levels.exporter)).size).toBe(6);
    expect(designCellCount).toBeGreaterThan(6);
  });
});

describe('a cell', () => {
  it('is a scenario with the control, offloop and its arm, and all that its levels say', () => {
    const scenario = describeCell({ index: 0, levels: { ...LEVELS, cores: '1' } }, SIZE);
    expect(scenario.arms.map(({ label }) => label)).toEqual(['control', 'offloop', 'batch-otlp-json']);
    expect(scenario).toMatchObject({
      application: 'workload',
      serviceCoreCount: 1,
      load: { requestsPerSecond: 40 },
      workload: {
        instrumentation: 'observe',
        capture: 'full',
        payloadByteLength: 20_000,
        payloadKind: 'rows',
        spanCount: 20,
      },
    });
    expect(describeCell({ index: 0, levels: LEVELS }, SIZE).serviceCoreCount).toBeUndefined();
  });

  it('has the levels of its row of the design, and a name made of them', () => {
    const [cell] = listCells([{ ...LEVELS }]);
    expect(cell).toEqual({ index: 0, levels: LEVELS });
    expect(nameCell({ index: 0, levels: LEVELS })).toBe('batch-otlp-json, observe, 20 kB, 20, rows, all, 40');
    expect(Object.keys(LEVELS)).toEqual([...AXIS_NAMES]);
  });

  it.each([
    [{ exporter: 'zipkin' }, "expected an arm of this lab, got 'zipkin'; record the matrix again"],
    [{ load: '7' }, "expected one of 5, 40, got '7'; record the matrix again"],
    [{ kind: 'verse' }, 'workload: expected payloadKind to be one of ascii, vietnamese, rows'],
  ])('with a level that is none, %j, is refused', (wrong, message) => {
    expect(() => describeCell({ index: 0, levels: { ...LEVELS, ...wrong } }, SIZE)).toThrow(message);
  });
});
