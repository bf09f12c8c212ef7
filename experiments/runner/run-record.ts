import type { Provenance } from './provenance.js';
import type { Scenario, TrialSize } from './scenario.js';
import type { FailedTrial, TrialRecord } from './trial-record.js';

/** The first line of raw.jsonl; each further line is a {@link TrialRecord} or a {@link FailedTrial}. */
export interface RunHeader {
  readonly scenario: Scenario;
  readonly size: TrialSize;
  readonly provenance: Provenance;
  /** Each time it was gone on with after an interruption. */
  readonly resumptions: readonly Resumption[];
}

export interface Resumption {
  readonly startedAt: string;
  readonly command: string;
  /** One-minute load average. */
  readonly loadBefore: number;
}

export interface Run extends RunHeader {
  /** With figures, valid or not. */
  readonly trials: readonly TrialRecord[];
  readonly failedTrials: readonly FailedTrial[];
}
