/** Every code an {@link OffloopError} can carry. Codes are stable; messages are not. */
export type OffloopErrorCode =
  | 'ERR_OFFLOOP_CONFIG'
  | 'ERR_OFFLOOP_CHUNK_FORMAT'
  | 'ERR_OFFLOOP_SPAN_TOO_LARGE'
  | 'ERR_OFFLOOP_EXPORT_FAILED'
  | 'ERR_OFFLOOP_EXPORT_TIMEOUT'
  | 'ERR_OFFLOOP_EXPORTER_MODULE'
  | 'ERR_OFFLOOP_WORKER';

/** The base of every error offloop throws or reports. */
export class OffloopError extends Error {
  override readonly name: string = 'OffloopError';
  readonly code: OffloopErrorCode;

  constructor(code: OffloopErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An option or environment variable whose value offloop can't use. */
export class OffloopConfigError extends OffloopError {
  override readonly name = 'OffloopConfigError';
  /** The option's name as the user wrote it, e.g. `worker.threads`. */
  readonly option: string;

  constructor(option: string, message: string) {
    super('ERR_OFFLOOP_CONFIG', `${option}: ${message}`);
    this.option = option;
  }
}
