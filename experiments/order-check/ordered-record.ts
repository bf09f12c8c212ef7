import type { DecisionRule } from '#gate/statistics/decision';

/** What one arm came to in one block, and when in the block it ran. */
export interface PlacedFigure {
  /** A label; of a claim or a study the name of a case. */
  readonly arm: string;
  /** From 0. */
  readonly block: number;
  /** In its block, from 0. Trials that may not be counted took a place too. */
  readonly place: number;
  /** With its unit, such as `callMicros`. */
  readonly name: string;
  readonly value: number;
}

/** Two arms that a record sets against each other by one figure. */
export interface Contrast {
  readonly arm: string;
  readonly control: string;
  readonly figure: string;
  readonly rule: DecisionRule;
}

/** What a record measures of itself: a pair in which any difference is chance, and one in which none would be a miss. */
export type SelfControl = 'A/A' | 'injected';

/** A recorded run as the order check needs it, whatever kind of run it was. Its figures are of trials that count. */
export interface OrderedRecord {
  /** Below `results/`, such as `compare/2026-11-22`. */
  readonly name: string;
  readonly figures: readonly PlacedFigure[];
  readonly contrasts: readonly Contrast[];
  /** Of the arms the one that all others are compared with; null where there is none. */
  readonly control: string | null;
  readonly selfControls: readonly SelfControl[];
  /** Figures that are the same quantity in every block, so that they may be followed over its places. */
  readonly followedFigures: readonly string[];
}
