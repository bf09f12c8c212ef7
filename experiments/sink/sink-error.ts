export type SinkErrorCode =
  | 'ERR_SINK_OPTION'
  | 'ERR_SINK_BEHAVIOUR'
  | 'ERR_SINK_LISTEN'
  | 'ERR_SINK_NOT_BUILT'
  | 'ERR_SINK_START'
  | 'ERR_SINK_CONTROL';

/** Something the user of the sink can put right; its message says how, in one line. */
export class SinkError extends Error {
  override readonly name = 'SinkError';
  readonly code: SinkErrorCode;

  constructor(code: SinkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A request body that is not an OTLP trace request; answered with status 400. */
export class InvalidBodyError extends Error {
  override readonly name = 'InvalidBodyError';
}

/** Names an unexpected value in an error message: short, on one line. */
export function describeValue(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
