import type { GateConfig } from './config/gate-config.js';
import type { Explanation } from './explain/explanation.js';
import type { Provenance } from './provenance.js';
import type { TrialRecord } from './run/trial-record.js';
import type { FigureJudgement } from './verdict/judge-figure.js';

export type GateVerdict = 'holds' | 'regressed' | 'cannot judge';

/**
 * Why nothing can be judged. `noise`: it ran, and all that stood in the way was this machine, so that a quieter one or
 * more time might tell. `fault`: all else, as a config, a crash, requests that failed, or trials left out unevenly.
 */
export type Cause = 'noise' | 'fault';

/** `compare`: a candidate with a reference, or with budgets; `self-check`: with itself; `save`: nothing is judged. */
export type GateMode = 'compare' | 'self-check' | 'save';

/** What a run of the gate comes to; `--json` writes it. */
export interface GateResult {
  readonly version: typeof RESULT_VERSION;
  readonly mode: GateMode;
  readonly verdict: GateVerdict;
  /** The verdict in a line, with its reason. */
  readonly sentence: string;
  /** Why it can't be judged; null with the other verdicts. */
  readonly cause: Cause | null;
  /** A line on what was not judged and is clearly worse all the same; it changes no exit code. Null where nothing is. */
  readonly hint: string | null;
  /** What the candidate was compared with, e.g. `origin/main (1a2b3c4)`; null where there are budgets only. */
  readonly referenceName: string | null;
  /** Judged ones and those beside them; empty where no block may be counted. */
  readonly figures: readonly FigureJudgement[];
  /** Of the intervals; null where there are none. */
  readonly confidence: number | null;
  /** Blocks whose trials all count. */
  readonly pairCount: number;
  readonly trials: readonly TrialRecord[];
  /** Null where nobody asked why: it did not regress, or could not be run. */
  readonly explanation: Explanation | null;
  /** From the start to the end, what prepared and what explained it included. */
  readonly durationMillis: number;
  /** What a reader must know to read the figures right, a sentence each. */
  readonly notes: readonly string[];
  readonly provenance: Provenance;
  /** Null where it is what was wrong. Without the values of headers, body and variables, which may be tokens. */
  readonly config: GateConfig | null;
}

export const RESULT_VERSION = 1;

const EXIT_CODES = { holds: 0, regressed: 1, 'cannot judge': 2 } as const satisfies Record<GateVerdict, number>;

export function toExitCode({ verdict }: Pick<GateResult, 'verdict'>): number {
  return EXIT_CODES[verdict];
}
