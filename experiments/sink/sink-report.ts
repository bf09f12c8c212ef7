import type { DecodeMode } from './sink-options.js';

/** What the sink counted since it started or was last reset. A request belongs to the period in which it began. */
export interface SinkReport {
  readonly decode: DecodeMode;
  readonly requests: RequestReport;
  readonly spans: SpanReport;
  /** Null when ids are not tracked. */
  readonly traces: TraceReport | null;
  /** Null unless the mode is `deferred`. */
  readonly deferred: DeferredReport | null;
}

/** `receivedCount` is the sum of `inFlightCount`, `countByStatus`, `resetCount`, `hungCount` and `abortedCount`. */
export interface RequestReport {
  readonly receivedCount: number;
  readonly inFlightCount: number;
  /** Answered requests by status, e.g. `{ "200": 12 }`. */
  readonly countByStatus: Readonly<Record<string, number>>;
  /** Connections reset on purpose. */
  readonly resetCount: number;
  /** Requests left without an answer on purpose. */
  readonly hungCount: number;
  /** Requests whose client went away before the answer. */
  readonly abortedCount: number;
  readonly faultCountByType: Readonly<Record<string, number>>;
  /** Connections that carried at least one OTLP request. */
  readonly connectionCount: number;
  /** Bodies read to their end, as they came (compressed, without headers), refused ones included. */
  readonly wireBytes: number;
  /** Bodies of accepted requests, as they came. */
  readonly acceptedWireBytes: number;
  /** Bodies of accepted requests, decompressed. */
  readonly acceptedDecodedBytes: number;
}

export interface SpanReport {
  /** Spans of accepted requests, duplicates included, those named as rejected in a partial success not. */
  readonly receivedCount: number;
  /** Spans that a partial success named as rejected. */
  readonly rejectedCount: number;
  /** Received spans whose trace and span id had come before; null when ids are not tracked. */
  readonly duplicateCount: number | null;
  /** Span ids forgotten to stay within `maxTrackedSpanCount`: above 0, duplicates may be missed. */
  readonly forgottenCount: number;
  readonly keptCount: number;
  readonly notKeptCount: number;
  readonly countByName: Readonly<Record<string, number>>;
  /** By the resource's `service.name`. */
  readonly countByService: Readonly<Record<string, number>>;
}

export interface TraceReport {
  /** Distinct traces; a trace that was forgotten and comes again counts again. */
  readonly count: number;
  readonly forgottenCount: number;
  /** Of the traces remembered, how many have so many distinct spans: `{ "5": 100 }` is 100 traces of 5 spans. */
  readonly countBySpanCount: Readonly<Record<string, number>>;
}

interface DeferredReport {
  /** Bodies decoded at once because `maxDeferredBytes` was reached. */
  readonly overflowedCount: number;
  /** Bodies that were answered 200 and turned out malformed; their spans are not counted. */
  readonly malformedCount: number;
  /** What was wrong with the first of them; empty when none was. */
  readonly firstMalformedMessage: string;
}

export type RequestOutcome = `${number}` | 'in-flight' | 'reset' | 'hung' | 'aborted';

/** One of the last requests, as it came and as it ended. */
export interface KeptRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** When its head had come; Unix time with fractions, so that it can be laid beside another process's. */
  readonly receivedAtUnixMillis: number;
  readonly wireBytes: number;
  /** The status answered, or how it ended without one. */
  readonly outcome: RequestOutcome;
}
