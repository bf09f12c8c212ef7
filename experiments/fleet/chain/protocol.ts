import type { LoopDelaySnapshotJson } from 'offloop/loop-delay';

/** The one argument of a service's process, as JSON. */
export interface ChainServiceSettings {
  /** It asks all of them at once, and answers when all have. */
  readonly nextUrls: readonly string[];
  readonly seed: number;
}

export type ChainServiceCommand =
  /** From now on the loop stands still again and again, for so long, after exponential pauses of that mean. */
  | { readonly type: 'start-blocking'; readonly blockMillis: number; readonly meanPauseMillis: number }
  | { readonly type: 'start-measuring' }
  | { readonly type: 'stop-measuring' };

export type ChainServiceReport =
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'measured'; readonly loopDelay: LoopDelaySnapshotJson };
