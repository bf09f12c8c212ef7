/** What a request of the matrix's service does, and which spans that makes. */
export interface Workload {
  /** Who makes the spans; see {@link INSTRUMENTATIONS}. */
  readonly instrumentation: Instrumentation;
  readonly capture: Capture;
  /** Of a request, those of the official instrumentation apart. 2 at least. */
  readonly spanCount: number;
  readonly payloadKind: PayloadKind;
  /** Of the payload as JSON in UTF-8, about. 0 for an empty object. */
  readonly payloadByteLength: number;
}

/**
 * `manual`: `tracer.startActiveSpan` with attributes by the GenAI conventions. `automatic`: the same inside the spans of
 * the official HTTP and Fastify instrumentation. `observe`: Langfuse's wrapper around every step.
 */
export const INSTRUMENTATIONS = ['manual', 'automatic', 'observe'] as const;
export type Instrumentation = (typeof INSTRUMENTATIONS)[number];

/**
 * What goes into the spans. `full`: the payload as JSON, in one span, and metadata in all of them. `cut`: its first 200
 * characters. `metadata`: no text. `none`: nothing but names and times.
 */
const CAPTURES = ['full', 'cut', 'metadata', 'none'] as const;
export type Capture = (typeof CAPTURES)[number];

export const PAYLOAD_KINDS = ['ascii', 'vietnamese', 'rows', 'embedding', 'image'] as const;
export type PayloadKind = (typeof PAYLOAD_KINDS)[number];

/** A request with its answer and its model's, the fewest spans that are a trace. */
const MIN_SPAN_COUNT = 2;

/** Reads one from JSON. @throws {Error} for what is no workload. */
export function parseWorkload(text: string): Workload {
  const value = JSON.parse(text) as Partial<Record<keyof Workload, unknown>>;
  const { spanCount, payloadByteLength } = value;
  if (!isCount(spanCount, MIN_SPAN_COUNT)) {
    throw new Error(`workload: expected a spanCount from ${MIN_SPAN_COUNT}, got ${JSON.stringify(spanCount)}`);
  }
  if (!isCount(payloadByteLength, 0)) {
    throw new Error(`workload: expected a payloadByteLength from 0, got ${JSON.stringify(payloadByteLength)}`);
  }
  return {
    instrumentation: readOne(value, 'instrumentation', INSTRUMENTATIONS),
    capture: readOne(value, 'capture', CAPTURES),
    payloadKind: readOne(value, 'payloadKind', PAYLOAD_KINDS),
    spanCount,
    payloadByteLength,
  };
}

function readOne<Name extends string>(
  value: Partial<Record<keyof Workload, unknown>>,
  key: keyof Workload,
  names: readonly Name[],
): Name {
  const found = names.find((name) => name === value[key]);
  if (found !== undefined) return found;
  throw new Error(`workload: expected ${key} to be one of ${names.join(', ')}, got ${JSON.stringify(value[key])}`);
}

function isCount(value: unknown, min: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min;
}
