import type { ArrivalWeightedDelay } from 'offloop/loop-delay';
import type { PayloadName } from '../bench/payloads.js';

export type SoakArmName = 'control' | 'offloop' | 'batch';

/** What a service process is started with. */
export interface ServiceSettings {
  readonly arm: SoakArmName;
  readonly tracesUrl: string;
  readonly payload: PayloadName;
  readonly spansPerSecond: number;
  readonly sampleCount: number;
  readonly maxQueueBytes: number;
  readonly exportTimeoutMillis: number;
}

/** To a service process. */
export interface ServiceCommand {
  readonly type: 'start';
}

/** From a service process: ready once, a sample a second, finished once. */
export type ServiceMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'sample'; readonly sample: Sample }
  | { readonly type: 'finished'; readonly counts: SpanTally };

/** What became of the spans so far. */
export interface SpanTally {
  readonly accepted: number;
  readonly exported: number;
  readonly failed: number;
  readonly dropped: number;
  readonly pending: number;
}

/** The process as it was at the end of a second. The first one is taken before the first span. */
export interface Sample {
  /** Since the first span. */
  readonly elapsedMillis: number;
  readonly madeSpanCount: number;
  readonly spans: SpanTally;
  /** Encoded bytes of the pending spans; 0 for an arm that does not tell. */
  readonly pendingBytes: number;
  readonly memory: MemorySample;
  readonly loopDelay: LoopDelaySample;
}

/** In bytes. All but `rss` are the main thread's alone. */
export interface MemorySample {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

/** Arrival-weighted, of the second before the sample. */
export interface LoopDelaySample {
  readonly blocks: ArrivalWeightedDelay['blocks'];
  readonly observedMillis: number;
  /** Time the main thread was ready to run and had no core; null except on Linux. */
  readonly runnableMillis: number | null;
}
