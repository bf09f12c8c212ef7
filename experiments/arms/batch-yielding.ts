import { setImmediate } from 'node:timers/promises';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { type CreateArm, tracesUrlOf } from './arm.js';
import { createBatchArm } from './batch-arm.js';

/** Spans serialized in one turn of the loop. Of 40 kB each they take some 5 ms; fewer would block for less, and repeat the resource more often. */
const SPANS_A_TURN = 8;

/** The SDK's batch processor over an exporter that lets the loop poll between two pieces of a batch. */
export const createArm: CreateArm = (settings) => createBatchArm(new YieldingExporter(tracesUrlOf(settings)));

interface SerializedBatch {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
}

/** OTLP/protobuf by the official serializer and transport; a batch is one request, as in the stock exporter. */
class YieldingExporter implements SpanExporter {
  readonly #exports = new Set<Promise<void>>();
  readonly #delegate;

  constructor(url: string) {
    this.#delegate = createOtlpHttpExportDelegate(
      convertLegacyHttpOptions({ url }, 'TRACES', 'v1/traces', { 'Content-Type': 'application/x-protobuf' }),
      {
        serializeRequest: ({ bytes }: SerializedBatch) => bytes,
        deserializeResponse: (data) => ProtobufTraceSerializer.deserializeResponse(data),
      },
      'otlp_http_span_exporter',
      { name: 'span', countItems: ({ spanCount }) => spanCount },
      undefined,
    );
  }

  export(spans: readonly ReadableSpan[], onResult: (result: ExportResult) => void): void {
    const exported = this.#export(spans, onResult).finally(() => this.#exports.delete(exported));
    this.#exports.add(exported);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#exports);
    await this.#delegate.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.#delegate.shutdown();
  }

  async #export(spans: readonly ReadableSpan[], onResult: (result: ExportResult) => void): Promise<void> {
    try {
      const bytes = await serialize(spans);
      await new Promise<void>((resolve) => {
        this.#delegate.export({ bytes, spanCount: spans.length }, (result) => {
          onResult(result);
          resolve();
        });
      });
    } catch (error) {
      onResult({ code: ExportResultCode.FAILED, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }
}

/** Messages of protobuf that follow each other are one message with the lists of all of them. */
async function serialize(spans: readonly ReadableSpan[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < spans.length; start += SPANS_A_TURN) {
    if (start > 0) await setImmediate();
    const piece = ProtobufTraceSerializer.serializeRequest(spans.slice(start, start + SPANS_A_TURN));
    if (piece === undefined) throw new Error('the spans could not be serialized');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
