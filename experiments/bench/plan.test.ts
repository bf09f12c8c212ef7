import { expect, it } from 'vitest';
import { FLOORS, judgeFloor } from './floors.js';
import { PLAN_SIZES, planRound, QUICK_SECTIONS } from './plan.js';
import { recordOf } from './records.test-data.js';
import { tabulate } from './tables.js';
import { SECTION_NAMES, type Task } from './trial.js';

/** What each kind of trial finds. */
const FIGURES: Readonly<Record<Task['type'], readonly string[]>> = {
  encode: ['microsPerSpan'],
  fresh: ['microsPerSpan'],
  allocations: ['bytesPerSpan'],
  bursts: ['mainThreadMicrosPerSpan'],
  paced: ['mainThreadMicrosPerSpan', 'otherThreadsMicrosPerSpan', 'processMicrosPerSpan'],
  saturation: ['spansPerSecond'],
  block: ['longestBlockMillis', 'secondLongestBlockMillis'],
  start: ['importMillis', 'createMillis', 'firstSpanMillis', 'firstDeliveryMillis'],
};

function recordsOfFullRound() {
  return planRound(SECTION_NAMES, PLAN_SIZES.standard, 1).map(({ section, arm, column, task }) =>
    // The control's is subtracted.
    recordOf(
      section,
      arm,
      column,
      Object.fromEntries(FIGURES[task.type].map((figure) => [figure, arm === 'control' ? 1 : 2])),
    ),
  );
}

it('plans every trial that a floor asks for', () => {
  const records = recordsOfFullRound();
  const missing = FLOORS.filter((floor) => judgeFloor(floor, records).status === 'not measured');
  expect(missing.map(({ name }) => name)).toEqual([]);
});

it('shows every trial in a table', () => {
  for (const table of tabulate(recordsOfFullRound())) {
    expect(table.rows.length, table.title).toBeGreaterThan(1);
    for (const row of table.rows) expect(row, table.title).toHaveLength(table.head.length);
    expect(table.rows.flat(), table.title).not.toContain('-');
  }
});

it('measures no trial twice in a round', () => {
  const names = planRound(SECTION_NAMES, PLAN_SIZES.standard, 1).map((trial) =>
    Object.values(trial).slice(0, 3).join(),
  );
  expect(new Set(names).size).toBe(names.length);
});

it('gives the quick run a minute', () => {
  const trials = planRound(QUICK_SECTIONS, PLAN_SIZES.quick, 1);
  const measuredMillis = trials.map(({ task }) => ('measureMillis' in task ? task.measureMillis : 0) * 1.5);
  const startMillis = 700 * trials.length;
  expect(measuredMillis.reduce((sum, millis) => sum + millis, startMillis)).toBeLessThan(60_000);
});
