import type { ArmName } from '../arms/index.js';

/**
 * What the main thread does with a span that ended, from nothing to all of it: one of these for every arm. In the order of
 * tables.
 */
export const SENDING_KINDS = ['nothing', 'each span', 'a batch', 'pieces', 'copies', 'bytes'] as const;

export type SendingKind = (typeof SENDING_KINDS)[number];

/** As a row of a table. */
export const SENDING_TITLES: Readonly<Record<SendingKind, string>> = {
  nothing: 'lets it go',
  'each span': 'serializes and sends each span as it ends',
  'a batch': 'serializes and sends a batch in one turn',
  pieces: 'serializes and sends in pieces, or in the request',
  copies: 'hands copies of objects to a worker or a process',
  bytes: 'writes bytes and hands them on',
};

/** Null for an arm that is no way to send: a part made dearer on purpose, for the gate's power study. */
export const SENDING_OF_ARMS: Readonly<Record<ArmName, SendingKind | null>> = {
  control: 'nothing',
  'simple-otlp-protobuf': 'each span',
  'batch-otlp-json': 'a batch',
  'batch-otlp-json-tuned': 'pieces',
  'batch-otlp-protobuf': 'a batch',
  'batch-otlp-protobuf-gzip': 'a batch',
  'batch-yielding': 'pieces',
  'batch-awaited': 'pieces',
  'langfuse-every-span': 'a batch',
  'clone-to-worker': 'copies',
  'child-process': 'copies',
  offloop: 'bytes',
  'offloop-shared': 'bytes',
  'offloop-hosted': 'bytes',
  langfuse: 'a batch',
  'offloop-langfuse': 'bytes',
  'offloop-dearer': null,
};
