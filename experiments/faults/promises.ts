/** A row of the table in docs/guarantees.md. */
export interface Promised {
  readonly promise: string;
  /** Of the fault suite; with the figures that show it. */
  readonly scenario?: { readonly name: string; readonly figures: readonly string[] };
  /** Of `npm run soak`; with the verdicts that show it. Left out until results/soak/ has a run. */
  readonly soak?: { readonly name: string; readonly verdicts: readonly string[] };
  /** Further tests that show it. */
  readonly tests?: readonly string[];
}

const LONG = ['every span counted once', 'memory is flat', 'the loop waits as in the control'];
const LONG_WITHOUT_SINK = [
  'the queue stays within its bound',
  'memory stays there',
  'memory is accounted for',
  ...LONG,
];
const KILLED = ['workers killed', 'spans ended', 'spans lost', 'spans twice', 'loop p99, no kill', 'loop p99, kill'];
const RECOVERS = ['spans ended', 'spans lost', 'spans twice', 'spans in no count'];
const EXITS = ['runs', 'spans ended', 'spans lost', 'drain, median', 'drain, longest'];
const ANSWERS = ['spans ended', 'deliverable spans lost', 'spans twice', 'counted as exported'];

/** What docs/guarantees.md promises, in its order. */
export const PROMISES: readonly Promised[] = [
  {
    promise: 'What a worker held that was terminated is delivered',
    scenario: { name: 'killed-terminate', figures: KILLED },
    tests: ['test/faults.test.ts', 'test/worker-death.test.ts'],
  },
  { promise: '... that threw asynchronously', scenario: { name: 'killed-throw', figures: KILLED } },
  {
    promise: '... that ran out of memory, by many small allocations',
    scenario: { name: 'killed-memory', figures: [...KILLED, "loop p99, a bare thread's death"] },
  },
  { promise: '... that looped for ever', scenario: { name: 'killed-loop', figures: KILLED } },
  {
    promise: 'Nothing is lost to a sink that answers 503 for 60 s',
    scenario: { name: 'sink-503', figures: RECOVERS },
    tests: ['test/sink-faults.test.ts'],
  },
  { promise: '... 429 with Retry-After for 60 s', scenario: { name: 'sink-retry-after', figures: RECOVERS } },
  { promise: '... that resets every third connection for 60 s', scenario: { name: 'sink-resets', figures: RECOVERS } },
  {
    promise: '... that takes the spans and loses every third answer for 60 s',
    scenario: { name: 'sink-lost-answers', figures: RECOVERS },
  },
  { promise: '... that answers nothing for 10 s', scenario: { name: 'sink-stalls', figures: RECOVERS } },
  { promise: '... whose answers take 9 s for 10 s', scenario: { name: 'sink-late-answers', figures: RECOVERS } },
  {
    promise: 'With the sink gone the queue is bounded by `maxQueueBytes` (here 16 MiB) and memory stays flat',
    scenario: { name: 'sink-gone', figures: ['queue at most', 'RSS growth after'] },
  },
  {
    promise: '... every span that is lost is counted, and every drop told to `onDrop`',
    scenario: { name: 'sink-gone', figures: ['spans lost', 'spans dropped', 'drops not told', 'spans in no count'] },
  },
  {
    promise: '... the event loop is not held up by it',
    scenario: { name: 'sink-gone', figures: ['loop p99, sink well', 'loop p99, sink gone'] },
  },
  {
    promise: '... nor by buffers beside the queue: all of them together stay within `maxQueueBytes` and some chunks',
    tests: ['test/memory-bound.test.ts'],
  },
  {
    promise: 'Over minutes nothing is lost and memory stays flat',
    soak: { name: 'steady', verdicts: ['nothing lost', ...LONG] },
  },
  {
    promise: '... memory stays flat with a sink that refuses connections',
    soak: { name: 'sink-down', verdicts: LONG_WITHOUT_SINK },
  },
  {
    promise: '... and with one that is slower than the service',
    soak: { name: 'sink-slow', verdicts: LONG_WITHOUT_SINK },
  },
  {
    promise: 'What has ended is delivered when the process calls `process.exit()`',
    scenario: { name: 'exit-exit', figures: EXITS },
    tests: ['test/exit.test.ts'],
  },
  { promise: '... ends by an uncaught exception', scenario: { name: 'exit-throw', figures: EXITS } },
  { promise: '... ends by an unhandled rejection', scenario: { name: 'exit-rejection', figures: EXITS } },
  { promise: '... has nothing left to do', scenario: { name: 'exit-loop-dry', figures: EXITS } },
  {
    promise: '... gets a signal whose handler calls `process.exit()`',
    scenario: { name: 'exit-signal-handler', figures: EXITS },
  },
  {
    promise:
      'A process that exits is held no longer than `exitDrainTimeoutMillis` (here 500), and what it gave up is said',
    scenario: {
      name: 'exit-hangs',
      figures: [
        'runs',
        'longest drain',
        'process gone after, longest',
        'process with nothing left to do gone after, longest',
        'spans in no count',
        'runs that did not say so',
      ],
    },
  },
  {
    promise: 'A request that is too large (413 above 1 MB) is split, and spans that alone are too large are counted',
    scenario: { name: 'answer-413', figures: [...ANSWERS, 'undeliverable spans', '… counted as such'] },
  },
  {
    promise: 'Spans that the sink rejects (partial success) are counted as failed, the others as exported',
    scenario: { name: 'answer-partial', figures: [...ANSWERS, 'undeliverable spans', '… counted as such'] },
  },
  { promise: 'A 200 with garbage counts as taken', scenario: { name: 'answer-garbage', figures: ANSWERS } },
  { promise: '... with a body that never ends as well', scenario: { name: 'answer-endless', figures: ANSWERS } },
  {
    promise: 'No header and no span text comes into a log line, at any level',
    scenario: { name: 'logs', figures: ['log lines', 'leaks into the log'] },
    tests: ['test/log-secrets.test.ts'],
  },
  {
    promise: '`forceFlush()` resolves when what ended before is delivered: enough before a process is frozen',
    tests: ['test/faults-suite.test.ts'],
  },
  {
    promise:
      'At any time accepted = exported + failed + dropped + pending (`processor.stats()`), whatever the order of ends, flushes, shutdowns, crashes and outcomes',
    tests: ['test/pipeline-model.test.ts', 'src/span-ledger.test.ts'],
  },
  {
    promise: 'A span that brings workers down takes with it only what shares its chunk',
    tests: ['src/export-pool.test.ts', 'test/faults.test.ts', 'test/pipeline-model.test.ts'],
  },
  {
    promise: 'Processors in one process, in worker threads and in child processes share nothing',
    tests: ['test/many-at-once.test.ts'],
  },
  {
    promise: 'An idle processor wakes nothing, and one that was shut down leaves nothing behind',
    tests: ['test/lifecycle-proofs.test.ts', 'test/lifecycle.test.ts'],
  },
  { promise: '`span.end()` never throws', tests: ['test/faults.test.ts'] },
];
