import { findReference, isRepeat, listCandidates, type PowerArm } from './power-arms.js';
import { chooseGate, GATE_NAMES, GATES, type GateName } from './power-gates.js';
import type { PowerRun } from './power-run.js';
import { type ReplayedRuns, replayGate } from './replay-gate.js';

export interface PowerSettings {
  /** Of each row, and of each order of the blocks. */
  readonly runCount: number;
  readonly seed: number;
}

/** One arm against its reference, by one gate. */
export interface PowerRow {
  readonly arm: PowerArm;
  readonly gate: GateName;
  readonly drawn: ReplayedRuns;
  /** With neighboring blocks: noise that comes in spells is left together, as a live run meets it. */
  readonly asRecorded: ReplayedRuns;
  /** Share of the runs that may, or must, say `regressed`; null where the figure is only shown. */
  readonly target: PowerTarget | null;
}

export interface PowerTarget {
  readonly bound: 'at most' | 'at least';
  readonly share: number;
}

const FALSE_ALARMS: PowerTarget = { bound: 'at most', share: 0.025 };
const CAUGHT: PowerTarget = { bound: 'at least', share: 0.95 };

/** @throws {RangeError} when too few blocks are recorded. */
export async function studyPower(
  { gatePower, trials }: Pick<PowerRun, 'gatePower' | 'trials'>,
  settings: PowerSettings,
  onRow: (row: PowerRow) => void,
): Promise<PowerRow[]> {
  const rows: PowerRow[] = [];
  for (const arm of listCandidates(gatePower.arms)) {
    const labels = { reference: findReference(arm).label, candidate: arm.label };
    for (const gate of GATE_NAMES) {
      const replay = (order: 'drawn' | 'as recorded') =>
        replayGate(trials, labels, GATES[gate], { ...settings, order, isSwapped: isRepeat(arm) });
      const [drawn, asRecorded] = [await replay('drawn'), await replay('as recorded')];
      const row = { arm, gate, drawn, asRecorded, target: findTarget(arm, gate) };
      onRow(row);
      rows.push(row);
    }
  }
  return rows;
}

/** Of runs that say `regressed`. */
export function readShare({ verdicts }: ReplayedRuns): number {
  return verdicts.regressed / (verdicts.regressed + verdicts.holds + verdicts['cannot judge']);
}

/** By the drawn runs: neighboring blocks make runs that are more alike. */
export function isMet({ target, drawn }: PowerRow): boolean | null {
  if (target === null) return null;
  const share = readShare(drawn);
  return target.bound === 'at most' ? share <= target.share : share >= target.share;
}

function findTarget(arm: PowerArm, gate: GateName): PowerTarget | null {
  if (gate === 'raw p99') return null;
  if (isRepeat(arm)) return FALSE_ALARMS;
  return gate === chooseGate(arm) ? CAUGHT : null;
}
