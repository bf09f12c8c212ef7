import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

/**
 * What offloop reads of an ended span: the `ReadableSpan` of `@opentelemetry/sdk-trace-base` 2.x and of
 * `@opentelemetry/sdk-trace` 3.x, taken structurally so that neither SDK becomes a dependency of a service.
 */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  /** `[seconds, nanoseconds]` since the Unix epoch. */
  readonly startTime: HrTime;
  /** `[seconds, nanoseconds]` since the Unix epoch. */
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: ReadableLink[];
  readonly events: ReadableEvent[];
  /** `[seconds, nanoseconds]`. */
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: ReadableResource;
  readonly instrumentationScope: ReadableScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

export type ReadableLink = Link;

export interface ReadableEvent {
  readonly time: HrTime;
  readonly name: string;
  readonly attributes?: Attributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

export interface ReadableScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
  readonly attributes?: Attributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** A `Resource` whose detectors may still be running. */
export interface ReadableResource {
  readonly attributes: Attributes;
  readonly schemaUrl?: string | undefined;
  /** True until every detector has answered; the attributes are incomplete before. */
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}
