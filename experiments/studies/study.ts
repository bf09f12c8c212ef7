import type { ClaimHeader, ClaimSize, ClaimTrial, EstimateOf, ValueOfBlock } from '../claims/claim.js';
import type { ComparisonTable } from '../report/comparison.js';
import type { SizeName } from '../runner/scenario.js';

/**
 * A question about exporters that is not one of the document's: in each block every case once, in random order, each in
 * fresh processes. Its figures, blocks and estimates are those of a claim.
 */
export interface Study {
  /** As on the command line, such as `one-core`. */
  readonly name: string;
  /** A line of at most 60 characters. */
  readonly title: string;
  /** What is measured, in a sentence. */
  readonly question: string;
  /** Names, unique. A block counts only when all of them were measured in it without a fault. */
  readonly cases: readonly string[];
  readonly sizes: Readonly<Record<SizeName, StudySize>>;
  /** What this machine lacks for it, and what to do; null where it can be run. @default it runs anywhere */
  readonly findObstacle?: () => string | null;
  /** Starts what lasts for the whole run. */
  readonly open: () => Promise<StudyBench>;
  readonly tables: readonly StudyTable[];
  /** Further tables, of the run's inputs alone. Pure. @default none */
  readonly tabulateInputs?: (inputs: unknown) => readonly ComparisonTable[];
  /** A sentence that ends with a full stop. Pure. Asked only where there are enough blocks to tell anything. */
  readonly verdict: (estimate: EstimateOf, inputs: unknown) => string;
}

/** The number of blocks; 6 at least, or the run says that it cannot tell. */
export type StudySize = ClaimSize;

export interface StudyOrder {
  readonly case: string;
  /** From 0. */
  readonly block: number;
  /** The same for every case of a block. */
  readonly seed: number;
  readonly settings: StudySize['settings'];
}

export type StudyOutcome = Pick<ClaimTrial, 'figures' | 'faults'>;

export interface StudyBench {
  /** What the run was given beside its settings, as JSON; kept in the first line of raw.jsonl. @default null */
  readonly inputs?: unknown;
  /** @throws {Error} when a process fails: a fault of the trial. */
  measure(order: StudyOrder): Promise<StudyOutcome>;
  end(): Promise<void>;
}

/** A row for each thing compared, a column for each figure; the median over the blocks in each cell. */
export interface StudyTable {
  readonly title: string;
  readonly columns: readonly StudyColumn[];
  readonly rows: readonly StudyRow[];
}

export interface StudyColumn {
  /** With the unit. */
  readonly head: string;
  /** Shows the 95 % interval behind the median. At most three such columns fit a terminal. @default false */
  readonly hasInterval?: boolean;
}

export interface StudyRow {
  readonly label: string;
  /** One a column; null for an empty cell. */
  readonly values: readonly (ValueOfBlock | null)[];
}

/** The first line of raw.jsonl; each further line is a trial. */
export interface StudyHeader extends Omit<ClaimHeader, 'claim'> {
  readonly study: string;
  readonly inputs: unknown;
}

export interface StudyRun extends StudyHeader {
  readonly trials: readonly ClaimTrial[];
}
