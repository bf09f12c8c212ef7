import { DEFAULTS } from '#gate/config/gate-config';
import { estimateTrialMillis } from '../experiment-order.js';
import type { Run } from '../runner/run-record.js';
import type { ScenarioArm } from '../runner/scenario.js';
import { type DrawnRuns, drawGateRuns, type FigureRules } from './draw-gate-runs.js';
import { BATCH_ARM, BLOCKED_ARM, DEARER_ARM, GATE_TRIAL, REFERENCE_ARM, REPEAT_ARM } from './power-scenario.js';
import { listFigurePairs } from './trial-figures.js';

export interface PowerSettings {
  readonly blockCount: number;
  readonly runCount: number;
  readonly seed: number;
}

/** One arm against the reference, by one gate. */
export interface PowerRow {
  readonly arm: ScenarioArm;
  readonly gate: GateName;
  readonly pairCount: number;
  readonly drawn: DrawnRuns;
  /** Share of the runs that may, or must, say `regressed`; null where the figure is only shown. */
  readonly target: PowerTarget | null;
}

export interface PowerTarget {
  readonly bound: 'at most' | 'at least';
  readonly share: number;
}

const { absoluteMargin, relativeMargin } = DEFAULTS.figures.arrivalWeightedP99Millis;

/** The default, a gate on CPU time with a margin of 1 %, and what many gate on: the raw p99, by the default's margin. */
export const GATES = {
  'arrival-weighted p99': { arrivalWeightedP99Millis: DEFAULTS.figures.arrivalWeightedP99Millis },
  'main-thread CPU': {
    mainThreadCpuMillisPerSecond: { absoluteMargin: null, relativeMargin: 0.01, budget: null },
  },
  'raw p99': { rawP99Millis: { absoluteMargin, relativeMargin, budget: null } },
} as const satisfies Record<string, FigureRules>;

export type GateName = keyof typeof GATES;

const GATE_NAMES = Object.keys(GATES) as readonly GateName[];
/** Each is held against the reference. */
export const CANDIDATES: readonly ScenarioArm[] = [REPEAT_ARM, BLOCKED_ARM, BATCH_ARM, DEARER_ARM];
const FALSE_ALARMS: PowerTarget = { bound: 'at most', share: 0.025 };
const CAUGHT: PowerTarget = { bound: 'at least', share: 0.95 };

/** As many blocks of two trials as a run has the time for, where nobody says otherwise. */
export function countDefaultBlocks(): number {
  const roomCount = Math.floor(DEFAULTS.timeBudgetMillis / (2 * estimateTrialMillis(GATE_TRIAL)));
  return Math.min(DEFAULTS.maxBlockCount, roomCount);
}

/** @throws {RangeError} when too few blocks are recorded. */
export function studyPower(
  { trials }: Pick<Run, 'trials'>,
  settings: PowerSettings,
  onRow: (row: PowerRow) => void,
): PowerRow[] {
  return CANDIDATES.flatMap((arm) => {
    const pairs = listFigurePairs(trials, REFERENCE_ARM.label, arm.label);
    return GATE_NAMES.map((gate): PowerRow => {
      const isSwapped = arm === REPEAT_ARM;
      const drawn = drawGateRuns(pairs, GATES[gate], { ...settings, isSwapped });
      const row = { arm, gate, pairCount: pairs.length, drawn, target: findTarget(arm, gate) };
      onRow(row);
      return row;
    });
  });
}

export function readShare({ drawn: { verdicts } }: PowerRow): number {
  return verdicts.regressed / (verdicts.regressed + verdicts.holds + verdicts['cannot judge']);
}

export function isMet(row: PowerRow): boolean | null {
  if (row.target === null) return null;
  const share = readShare(row);
  return row.target.bound === 'at most' ? share <= row.target.share : share >= row.target.share;
}

/** A dearer encoder is a matter of CPU time; blocks are one of delay. */
export function chooseGate(arm: ScenarioArm): Exclude<GateName, 'raw p99'> {
  return arm.label === DEARER_ARM.label ? 'main-thread CPU' : 'arrival-weighted p99';
}

function findTarget(arm: ScenarioArm, gate: GateName): PowerTarget | null {
  if (gate === 'raw p99') return null;
  if (arm === REPEAT_ARM) return FALSE_ALARMS;
  return gate === chooseGate(arm) ? CAUGHT : null;
}
