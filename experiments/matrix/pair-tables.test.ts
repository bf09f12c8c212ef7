import { describe, expect, it } from 'vitest';
import { CAPTURE_LEVELS } from './axes.js';
import { listOutcomes } from './cell-figures.js';
import { listCompared } from './effects.js';
import { tabulateCaptures, tabulatePair } from './pair-tables.js';
import { SENDING_OF_ARMS, SENDING_TITLES } from './sending.js';
import { makeMatrixRun } from './test-run.js';

/** Arms that serialize a batch add 20 ms, the others 2, offloop 1. */
const RUN = makeMatrixRun((arm) => {
  if (arm === 'control') return 15;
  const isBatch = (SENDING_OF_ARMS as Readonly<Record<string, string | null>>)[arm] === 'a batch';
  return arm === 'offloop' ? 16 : isBatch ? 35 : 17;
});
const CELLS = listCompared(listOutcomes(RUN));

function countCells(fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + Number(/\((\d+)\)$/.exec(field)?.[1] ?? 0), 0);
}

describe('the tables of pairs', () => {
  it('take arms of a kind and like captures together, each cell once', () => {
    const { rows } = tabulateCaptures(CELLS);
    const [beside, ...kinds] = rows;
    expect(countCells(beside?.slice(1) ?? [])).toBe(CELLS.length);
    expect(CELLS.length).toBe(13 * Object.keys(CAPTURE_LEVELS).length);
    expect(kinds.reduce((sum, fields) => sum + countCells(fields.slice(1)), 0)).toBe(CELLS.length);
    const batch = rows.find(([title]) => title === SENDING_TITLES['a batch']);
    expect(batch?.slice(1)).toEqual(['20.0 [20.0, 20.0] (12)', '20.0 [20.0, 20.0] (8)', '20.0 [20.0, 20.0] (4)']);
  });

  it('have rows by arm only where they are asked for', () => {
    const titles = (byArm: boolean) =>
      tabulatePair(RUN.matrix.axes, 'cores', CELLS, { byArm }).rows.map(([title]) => title);
    expect(titles(true)).toContain('batch-awaited');
    expect(titles(false)).not.toContain('batch-awaited');
    const byKind = tabulatePair(RUN.matrix.axes, 'kind', CELLS, { byArm: true }).rows.map(([title]) => title);
    expect(byKind).not.toContain('batch-awaited');
  });
});
