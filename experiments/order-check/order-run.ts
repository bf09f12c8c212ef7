import type { MatrixRun } from '../matrix/matrix-record.js';
import { LAB_RULE } from '../runner/paired-comparison.js';
import type { Run } from '../runner/run-record.js';
import type { ArmRole } from '../runner/scenario.js';
import { isValid, readP99Millis } from '../runner/summary.js';
import type { Contrast, OrderedRecord, PlacedFigure, SelfControl } from './ordered-record.js';
import { findPlaces } from './places.js';

const P99 = 'arrival-weighted p99, ms';
const CONTROL = 'control';
const OFFLOOP = 'offloop';

const SELF_CONTROLS: Readonly<Partial<Record<ArmRole, SelfControl>>> = { repeat: 'A/A', injected: 'injected' };

/** Whichever arm a cell of the matrix is about. */
const CELL_ARM = "the cell's arm";

type Trials = Pick<Run, 'trials' | 'failedTrials'>;

/** A run of a scenario: each arm beside the control, by what the lab decides by. */
export function orderRun(name: string, { scenario, ...run }: Pick<Run, 'scenario'> & Trials): OrderedRecord {
  const [control, ...others] = scenario.arms.map(({ label }) => label);
  return {
    name,
    figures: placeFigures(run, (label) => label),
    contrasts: control === undefined ? [] : others.map((arm) => contrast(arm, control)),
    control: control ?? null,
    selfControls: scenario.arms.flatMap(({ role }) => SELF_CONTROLS[role] ?? []),
    followedFigures: [P99],
  };
}

/** The matrix: a cell is a block of its own, so that only what is paired within cells may be taken together. */
export function orderMatrix(name: string, run: Pick<MatrixRun, 'trials' | 'failedTrials'>): OrderedRecord {
  return {
    name,
    figures: placeFigures(run, (label) => (label === CONTROL || label === OFFLOOP ? label : CELL_ARM)),
    contrasts: [contrast(OFFLOOP, CONTROL), contrast(CELL_ARM, CONTROL), contrast(CELL_ARM, OFFLOOP)],
    control: CONTROL,
    selfControls: [],
    followedFigures: [],
  };
}

function contrast(arm: string, control: string): Contrast {
  return { arm, control, figure: P99, rule: LAB_RULE };
}

/** By the time at which each trial began: a run that was gone on with has its lines in another order. */
function placeFigures({ trials, failedTrials }: Trials, rename: (label: string) => string): PlacedFigure[] {
  const placeOf = findPlaces(
    [...trials, ...failedTrials].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)),
  );
  return trials.filter(isValid).map((trial) => ({
    arm: rename(trial.arm),
    block: trial.block,
    place: placeOf(trial.block, trial.arm),
    name: P99,
    value: readP99Millis(trial),
  }));
}
