import type { Measured, TrialOrder } from './claim.js';

/** The one argument of a trial's process. */
export interface TrialCommand {
  readonly measureUrl: string;
  readonly order: TrialOrder;
}

/** What a trial's process says, once. */
export type TrialMessage = { readonly type: 'finished'; readonly outcome: TrialOutcome };

export type TrialOutcome =
  | { readonly status: 'measured'; readonly measured: Measured }
  | { readonly status: 'failed'; readonly message: string };
