import type { MessagePort } from 'node:worker_threads';

/**
 * Everything that crosses the thread boundary. Settings go out once with the worker, then one end of a channel; over
 * that tasks go out and replies come back. Types and constants only: both sides import this file, so it does no I/O.
 */

/** Raised when a message below changes shape, so that a worker file left over from another version is refused. */
export const PROTOCOL_VERSION = 10;

/** What the worker may take on top of a task's own time-out before the main thread takes it for stuck. */
export const REPLY_GRACE_MILLIS = 5_000;

/** `workerData` of every worker of a pool. */
export interface WorkerSettings {
  readonly protocolVersion: number;
  readonly exporter: ExporterSettings;
  /** The `timeoutMillis` of every export task. */
  readonly exportTimeoutMillis: number;
  /** Added to the thread's nice value, where threads have one. */
  readonly niceIncrement: number;
  /** Spans in a request that takes several chunks. A chunk alone has no more than that already. */
  readonly maxExportBatchSize: number;
  /** Encoded size past which a span that hooks or media have changed is not sent. */
  readonly maxSpanBytes: number;
  /** Unset: spans are sent as they are. */
  readonly hooks?: HookSettings;
  /** Unset: media stays where it is. */
  readonly media?: MediaSettings;
}

/** Functions that the worker applies to every span before anything else sees it. */
export interface HookSettings {
  /** A `file:` URL. */
  readonly module: string;
  /** The export to take; `null` takes the module's own exports. */
  readonly exportName: string | null;
  /** `offloop`: an object with `filter` and `mask`. `langfuse`: the mask alone, called with `{ data }`. */
  readonly style: 'offloop' | 'langfuse';
  /** Attribute keys that are masked, exact or ending in `*`; `null` masks all. */
  readonly maskKeys: readonly string[] | null;
  /** How long the mask of one chunk may take before what it has not answered becomes the placeholder. */
  readonly maskTimeoutMillis: number;
  /** Stands for a value whose mask failed. */
  readonly placeholder: string;
}

/** What a hook is shown of a span: the values as they were before the mask. Frozen. */
export interface HookSpan {
  readonly name: string;
  /** The API's `SpanKind`. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Unset for a root. */
  readonly parentSpanId: string | undefined;
  /** Name of the instrumentation scope. */
  readonly scopeName: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One value to mask. */
export interface MaskRequest {
  /** The attribute's key, be it of the span, an event or a link; `status.message` for the status message. */
  readonly key: string;
  readonly value: unknown;
  readonly span: HookSpan;
}

/** Base64 media that the worker takes out of Langfuse's attributes and uploads. */
export interface MediaSettings {
  /** Langfuse's base URL. */
  readonly baseUrl: string;
  /** Of the requests to Langfuse, authorization included; never sent to the storage. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded media held at a time; a chunk past it waits. */
  readonly maxPendingBytes: number;
  readonly maxConcurrentUploads: number;
}

/** Where a worker sends spans. */
export type ExporterSettings = OtlpProtobufSettings | HostedExporterSettings;

/** OTLP/protobuf over HTTP: chunks are rewritten without making spans of them. */
export interface OtlpProtobufSettings {
  readonly type: 'otlp-protobuf';
  /** What is left out is read from `OTEL_EXPORTER_OTLP_*`. */
  readonly options: OtlpHttpSettings;
  /** Chunks that one worker has under way at the most, from 1 to 30. */
  readonly maxConcurrentExports: number;
}

export interface OtlpHttpSettings {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly headersModule?: HeadersModuleSettings;
  readonly compression?: 'gzip' | 'none';
  readonly timeoutMillis?: number;
  readonly concurrencyLimit?: number;
}

/** A function in the worker that answers headers, asked before each request. */
export interface HeadersModuleSettings {
  /** A `file:` URL. */
  readonly module: string;
  readonly exportName: string;
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
  /** Calls of its `export()` that one instance has under way at the most, from 1 to 30. */
  readonly maxConcurrentExports: number;
  /** Set where the class is one of OTLP over HTTP: its option `headers` becomes a function. */
  readonly headersModule?: HeadersModuleSettings;
}

/** The one piscina task of a worker: takes its end of the channel. */
export interface ConnectTask {
  readonly port: MessagePort;
  /** Shared; its one element is raised with every message from the worker, and whoever waits for it is woken. */
  readonly replySignal: Int32Array;
  /** Shared; its one element is set when the worker ends, which `replySignal` tells like a message. */
  readonly hasEnded: Int32Array;
}

/** To the worker. */
export type TaskMessage = readonly [taskId: number, task: WorkerTask];

/**
 * From the worker, several at a time where it has them: each message wakes the service's event loop. The first has none and
 * says that the worker is there.
 */
export type ReplyMessage = readonly (readonly [taskId: number, reply: WorkerReply])[];

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

/** What became of every span of one chunk: exported, failed, or (see `notes`) filtered. */
export type ExportOutcome = SpansOutcome & { readonly notes?: ExportNotes };

/** What was done to a chunk that is to be counted, whatever became of its spans. Left out: 0. */
export interface ExportNotes {
  /** Spans that the filter hook refused. Neither exported nor failed. */
  readonly filteredSpanCount?: number;
  /** Values that became the placeholder. */
  readonly maskFailureCount?: number;
  /** Of the first of them. Never the error's own words: they may quote what was to be hidden. */
  readonly firstMaskFailure?: MaskFailureKind;
  /** Attributes, events and links left out of spans that were written anew. */
  readonly droppedPartCount?: number;
  /** Media items, by what became of them; `alreadyThere` were known to Langfuse and not sent again. */
  readonly media?: {
    readonly uploadedCount: number;
    readonly alreadyThereCount: number;
    readonly failedCount: number;
    /** One line for people, of the first that failed. */
    readonly firstFailure?: string;
  };
}

export type MaskFailureKind = 'threw' | 'rejected' | 'timed_out';

export type SpansOutcome =
  | { readonly status: 'success'; readonly exportedSpanCount: number }
  | ({
      /** The receiver took some of the spans. */
      readonly status: 'partial';
      readonly exportedSpanCount: number;
    } & FailedSpans)
  | ({ readonly status: 'failure' } & FailedSpans);

export interface FailedSpans {
  readonly failedSpanCount: number;
  /** Of most of them. */
  readonly failure: ExportFailure;
  /** Where they failed for several reasons: the others, each with its part of `failedSpanCount`. */
  readonly otherFailures?: readonly CountedFailure[];
}

export interface CountedFailure {
  readonly spanCount: number;
  readonly failure: ExportFailure;
}

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
  /** The hooks' module could not be loaded; what it was to mask is never sent. */
  | 'hooks_unavailable'
  /** The receiver took the request and refused these spans (OTLP: partial success). */
  | 'rejected'
  /** The receiver takes no request as large as one with the span alone (HTTP 413). */
  | 'span_too_large_for_receiver'
  /** The chunk could not be decoded. */
  | 'chunk_format';
