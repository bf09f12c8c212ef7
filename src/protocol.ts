/**
 * Everything that crosses the thread boundary. Settings go out once with the worker, tasks go out, replies come back;
 * nothing else does. Types and constants only: both sides import this file, so it does no I/O.
 */

/** Raised when a message below changes shape, so that a worker file left over from another version is refused. */
export const PROTOCOL_VERSION = 2;

/** What the worker may take on top of a task's own time-out before the main thread takes it for stuck. */
export const REPLY_GRACE_MILLIS = 5_000;

/** `workerData` of every worker of a pool. */
export interface WorkerSettings {
  readonly protocolVersion: number;
  readonly exporter: ExporterSettings;
}

/** Where a worker sends spans. */
export type ExporterSettings = OtlpProtobufSettings | HostedExporterSettings;

/** OTLP/protobuf over HTTP: chunks are rewritten without making spans of them. */
export interface OtlpProtobufSettings {
  readonly type: 'otlp-protobuf';
  /** What is left out is read from `OTEL_EXPORTER_OTLP_*`. */
  readonly options: OtlpHttpSettings;
}

export interface OtlpHttpSettings {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly compression?: 'gzip' | 'none';
  readonly timeoutMillis?: number;
}

/** A span exporter that the worker loads by module name, and gives spans. */
export interface HostedExporterSettings {
  readonly type: 'hosted';
  /** A `file:` URL, or a bare name that the worker resolves from offloop's own dependencies. */
  readonly module: string;
  /** The name of the exported class. */
  readonly exportName: string;
  /** The only argument of the class's constructor; structured-cloneable. */
  readonly options: unknown;
}

export type WorkerTask = ExportTask | FlushTask | ShutdownTask;

/** Decode and export one chunk. Its buffer is transferred or shared: until the reply the worker alone may touch it. */
export interface ExportTask {
  readonly type: 'export';
  readonly buffer: ArrayBufferLike;
  /** The chunk fills this much of `buffer`; the rest is undefined. */
  readonly byteLength: number;
  readonly spanCount: number;
  /** How long the exporter may take, retries included. */
  readonly timeoutMillis: number;
}

/** Ask the exporter to deliver what it still holds. */
export interface FlushTask {
  readonly type: 'flush';
  readonly timeoutMillis: number;
}

/** Flush the exporter and end it. The worker takes no export after that. */
export interface ShutdownTask {
  readonly type: 'shutdown';
  readonly timeoutMillis: number;
}

export type WorkerReply = ExportReply | AcknowledgeReply;

export interface ExportReply {
  readonly type: 'exported';
  readonly outcome: ExportOutcome;
  /** The task's buffer on its way home, to be used again; unset when it is shared and never left. */
  readonly buffer?: ArrayBuffer;
}

/** Answers a flush or a shutdown. */
export interface AcknowledgeReply {
  readonly type: 'acknowledged';
  /** Set when the exporter could not do what was asked. */
  readonly failure?: ExportFailure;
}

/** What became of every span of one chunk. */
export type ExportOutcome =
  | { readonly status: 'success'; readonly exportedSpanCount: number }
  | {
      /** The receiver took some of the spans. */
      readonly status: 'partial';
      readonly exportedSpanCount: number;
      readonly failedSpanCount: number;
      readonly failure: ExportFailure;
    }
  | { readonly status: 'failure'; readonly failedSpanCount: number; readonly failure: ExportFailure };

export interface ExportFailure {
  readonly reason: FailureReason;
  /** One line for people; never carries a header, nor span text other than what a receiver says of spans it rejects. */
  readonly message: string;
}

/** Why spans that reached a worker were not delivered. */
export type FailureReason =
  /** The exporter answered with an error, after its own retries. */
  | 'export_failed'
  /** The exporter did not answer within `exportTimeoutMillis`. */
  | 'export_timeout'
  /** The exporter's module could not be loaded or its constructor threw. */
  | 'exporter_unavailable'
  /** The receiver took the request and refused these spans (OTLP: partial success). */
  | 'rejected'
  /** The chunk could not be decoded. */
  | 'chunk_format';
