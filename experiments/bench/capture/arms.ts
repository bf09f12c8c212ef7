import { serialize } from 'node:v8';
import { type JsonSnapshot, takeJsonSnapshot } from '#wire/json-snapshot';
import { MsgpackWriter } from '#wire/msgpack-writer';
import { StringTable } from '#wire/string-table';
import { ValueWriter } from '#wire/value-writer';

/** Large enough for every value of the benchmark, twice. */
const BUFFER_BYTES = 8 * 1024 * 1024;
/** Where a chunk is closed and the next one begins, in a recycled buffer. */
const CLOSE_BYTES = 768 * 1024;

/** One way to have an object's JSON leave with its span. */
export interface CaptureArm {
  /** What happens when the observed function is called, or returns. */
  capture(value: unknown): unknown;
  /** What happens with that when the span ends. */
  write(captured: unknown): void;
}

export const ARMS = {
  stringify: stringifyArm,
  snapshot: snapshotArm,
  'walk at the end': walkArm,
  'v8.serialize': serializeArm,
  structuredClone: cloneArm,
} as const satisfies Record<string, () => CaptureArm>;

export type ArmName = keyof typeof ARMS;

export const ARM_NAMES = Object.keys(ARMS) as ArmName[];

/** As `@langfuse/tracing` does it: JSON at the call, copied into the chunk at the end. */
function stringifyArm(): CaptureArm {
  const { writer, begin } = openChunk();
  return {
    capture: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
    write(text) {
      begin();
      writer.writeText(text as string);
    },
  };
}

/** Structure and references to texts at the call, texts copied at the end; falls back to JSON. */
function snapshotArm(): CaptureArm {
  const { writer, begin } = openChunk();
  return {
    capture: (value) =>
      typeof value === 'object' && value !== null ? (takeJsonSnapshot(value) ?? JSON.stringify(value)) : value,
    write(captured) {
      begin();
      if (typeof captured === 'string') writer.writeText(captured);
      else (captured as JsonSnapshot).write(writer);
    },
  };
}

/** The encoder's own walk, with neither JSON's rules nor a snapshot: what could be won at the most. */
function walkArm(): CaptureArm {
  const { writer, begin } = openChunk();
  const values = new ValueWriter(writer, new StringTable(writer));
  return {
    capture: (value) => value,
    write(value) {
      begin();
      values.write(value);
    },
  };
}

/** Without JSON's rules: objects with `toJSON`, functions and the like would need a walk before. */
function serializeArm(): CaptureArm {
  const { writer, begin } = openChunk();
  return {
    capture: serialize,
    write(bytes) {
      begin();
      writer.writeBytes(bytes as Uint8Array);
    },
  };
}

/** The snapshot alone: the clone would have to be walked as well. */
function cloneArm(): CaptureArm {
  return { capture: (value) => structuredClone(value), write() {} };
}

function openChunk() {
  const buffer = new Uint8Array(BUFFER_BYTES);
  const writer = new MsgpackWriter(() => {
    throw new RangeError(`expected values of up to ${BUFFER_BYTES - CLOSE_BYTES} bytes`);
  });
  writer.moveTo(buffer, BUFFER_BYTES);
  const begin = () => {
    if (writer.position > CLOSE_BYTES) writer.position = 0;
  };
  return { writer, begin };
}
