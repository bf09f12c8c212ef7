import type { Cause, GateVerdict } from '../gate-result.js';

export interface Conclusion {
  readonly verdict: GateVerdict;
  /** In a line, with its reason. */
  readonly sentence: string;
  readonly cause: Cause | null;
}
