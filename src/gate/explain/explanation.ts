/**
 * Where to look: what one more trial of each service showed under V8's CPU profiler. It counts for no verdict.
 * `unavailable` says in a line why there is none.
 */
export type Explanation = FoundExplanation | { readonly status: 'unavailable'; readonly reason: string };

/** Whether a run is explained. */
export type ExplainChoice = 'when regressed' | 'always' | 'never';

export interface FoundExplanation {
  readonly status: 'explained';
  /** Between two looks at the stack. */
  readonly samplingIntervalMillis: number;
  /** Of the candidate, longest first: the time between two sleeps of its loop, or two turns without a sleep between. */
  readonly blocks: readonly ExplainedBlock[];
  /** What grew most against the reference first; without a reference what the candidate spent most time in. */
  readonly functions: readonly FunctionTime[];
  /** Whether there is a reference that could be profiled. */
  readonly isCompared: boolean;
  readonly cost: ProfilingCost;
  /** What a reader must know to read it right, a sentence each. */
  readonly notes: readonly string[];
}

export interface ExplainedBlock {
  /** After the window's beginning. */
  readonly startMillis: number;
  readonly durationMillis: number;
  /** The heaviest stack, innermost first: each call had at least half of the outermost one's time. Empty without JavaScript. */
  readonly stack: readonly StackFrame[];
  /** What the thread did, from the samples; together the block. */
  readonly times: BlockTimes;
  /** Those that overlap it. */
  readonly garbageCollections: readonly BlockCollection[];
  /** Outgoing HTTP requests that began in it, or right after it. */
  readonly requests: readonly BlockRequest[];
}

export interface BlockTimes {
  readonly javascriptMillis: number;
  readonly garbageCollectionMillis: number;
  /** Node.js or a library, called by no JavaScript. */
  readonly nativeMillis: number;
  /** Nobody looked: the thread, or the profiler's own, had no core. */
  readonly unsampledMillis: number;
}

export interface StackFrame extends FunctionPlace {
  /** Of the block, with what it called. */
  readonly millis: number;
}

export interface FunctionPlace {
  readonly functionName: string;
  /** Within the service's folder, from `node_modules/` on, `node:…`, or absolute; null for what V8 itself provides. */
  readonly file: string | null;
  /** Where the function begins, from 1; null where that is not known. */
  readonly line: number | null;
}

export interface BlockCollection {
  readonly kind: CollectionKind;
  /** After the block's beginning; negative where it began before. */
  readonly startMillis: number;
  readonly durationMillis: number;
}

export type CollectionKind = 'minor' | 'major' | 'incremental' | 'weak callbacks';

export interface BlockRequest {
  /** After the block's beginning. */
  readonly startMillis: number;
  /** Method and host, and the path where it is one that telemetry is sent to. */
  readonly target: string;
  readonly isTelemetry: boolean;
}

/** Its own time and that of what it calls of Node.js and V8; in milliseconds a second of the window. */
export interface FunctionTime extends FunctionPlace {
  readonly candidateMillisPerSecond: number;
  /** Null where nothing is compared. */
  readonly referenceMillisPerSecond: number | null;
}

/** Main-thread CPU of the candidate; null where the system does not tell. */
export interface ProfilingCost {
  readonly profiledMillisPerSecond: number | null;
  /** Median of the trials that count. */
  readonly usualMillisPerSecond: number | null;
}
