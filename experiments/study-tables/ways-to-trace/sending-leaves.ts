import { ARM_NAMES, type ArmName } from '../../arms/index.js';
import { SENDING_KINDS, SENDING_OF_ARMS, type SendingKind } from '../../matrix/sending.js';

/** How each arm sends, within its kind. Null as in {@link SENDING_OF_ARMS}. */
const ARM_WAYS: Readonly<Record<ArmName, string | null>> = {
  control: 'no exporter',
  'simple-otlp-protobuf': '`SimpleSpanProcessor`: a request for every span',
  'batch-otlp-json': '`BatchSpanProcessor`, OTLP/JSON',
  'batch-otlp-json-tuned': '`BatchSpanProcessor`, OTLP/JSON, small batches and a short delay',
  'batch-otlp-protobuf': '`BatchSpanProcessor`, OTLP/protobuf',
  'batch-otlp-protobuf-gzip': '`BatchSpanProcessor`, OTLP/protobuf, gzip',
  'batch-yielding': '`BatchSpanProcessor`, an exporter that lets the loop go on after every few spans',
  'batch-awaited': '`BatchSpanProcessor`, OTLP/JSON, flushed in each request before its answer',
  'langfuse-every-span': '`LangfuseSpanProcessor`, told to take every span',
  'clone-to-worker': 'to a worker thread, by structured clone',
  'child-process': 'to a child process, over IPC',
  offloop: 'offloop: chunks transferred',
  'offloop-shared': 'offloop: chunks in shared memory',
  'offloop-hosted': 'offloop: the stock exporter in the worker',
  langfuse: '`LangfuseSpanProcessor`, with images',
  'offloop-langfuse': '`LangfuseWorkerSpanProcessor`, with images',
  'offloop-dearer': null,
};

export interface SendingLeaf {
  readonly kind: SendingKind;
  readonly way: string;
  /** Whose figures it has; else why it has none. */
  readonly source: { readonly arm: ArmName } | { readonly isClient: true } | { readonly reason: string };
}

const NOT_RUN: readonly SendingLeaf[] = [
  {
    kind: 'each span',
    way: 'a line of text a span, to a file or the console, for an agent to read',
    source: { reason: 'the text is made as each span ends, as above; a write takes the place of the request' },
  },
  // The legacy client has a queue of its own and no processor.
  { kind: 'a batch', way: 'the `langfuse` client, v3, with its own queue', source: { isClient: true } },
  {
    kind: 'a batch',
    way: '`BatchSpanProcessor`, OTLP over gRPC',
    source: { reason: 'the same protobuf in the same turn; HTTP/2 carries it' },
  },
  {
    kind: 'a batch',
    way: 'a tracer of its own, such as dd-trace',
    source: { reason: 'it makes spans of its own, which no other arm can send; its encoder is in `npm run bench`' },
  },
  {
    kind: 'pieces',
    way: 'when the loop is idle',
    source: { reason: 'Node tells nobody when that is; the yielding exporter lets go first what is due' },
  },
  {
    kind: 'bytes',
    way: 'to a native thread, or to another process by a file or shared memory',
    source: { reason: 'the main thread writes the bytes, as above; what comes after is not on the loop' },
  },
];

/** Axis B: every way to send, by kind; within one those that were run come first. */
export const SENDING_LEAVES: readonly SendingLeaf[] = SENDING_KINDS.flatMap((kind) => [
  ...ARM_NAMES.flatMap((arm): SendingLeaf[] => {
    const way = ARM_WAYS[arm];
    return way === null || SENDING_OF_ARMS[arm] !== kind ? [] : [{ kind, way, source: { arm } }];
  }),
  ...NOT_RUN.filter((leaf) => leaf.kind === kind),
]);
