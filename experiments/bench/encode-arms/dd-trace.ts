import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { ArmUnavailableError, BATCH_SPAN_COUNT, type EncodeArm } from './encode-arm.js';

/** What is used of dd-trace-js's `AgentEncoder`; it is internal to that package, and its shape may change. */
interface AgentEncoder {
  encode(trace: readonly unknown[]): void;
  makePayload(): Buffer;
}

/**
 * dd-trace-js's own encoder, with spans already in its own form: what it costs to bring them there is left out, in its
 * favour.
 *
 * The package is not a dependency: with its native parts it takes 100 MB, for one row of one table.
 */
export function createArm(spans: readonly ReadableSpan[], installFolder: string): EncodeArm {
  const { AgentEncoder, makeId } = load(installFolder);
  const encoder: AgentEncoder = new AgentEncoder({ flush: () => encoder.makePayload() });
  const formatted = new Map(spans.map((span) => [span, formatSpan(span, makeId)]));
  let encodedSpanCount = 0;
  return {
    takesEachSpan: true,
    encode(batch) {
      for (const span of batch) {
        const { encodable, events } = formatted.get(span) ?? formatSpan(span, makeId);
        // The encoder moves the events into `meta`: a second round would find them done.
        encodable.span_events = events;
        encoder.encode([encodable]);
      }
      encodedSpanCount += batch.length;
      if (encodedSpanCount < BATCH_SPAN_COUNT) return;
      encodedSpanCount = 0;
      encoder.makePayload();
    },
  };
}

type MakeId = (hex: string, radix: number) => unknown;

function load(installFolder: string) {
  const require = createRequire(resolve(installFolder, 'package.json'));
  const folder = 'dd-trace/packages/dd-trace/src';
  try {
    const { AgentEncoder } = require(`${folder}/encode/0.4`) as {
      AgentEncoder: new (writer: { flush(): void }) => AgentEncoder;
    };
    return { AgentEncoder, makeId: require(`${folder}/id`) as MakeId };
  } catch (error) {
    throw new ArmUnavailableError(
      'dd-trace is not installed; run "npm install --prefix DIR --no-save dd-trace@6" in a folder of its own, ' +
        `then the benchmark with --dd-trace DIR (${error instanceof Error ? error.message.split('\n')[0] : error})`,
    );
  }
}

/** Text and booleans go to `meta`, numbers to `metrics`, as its own tracer sorts them. */
function formatSpan(span: ReadableSpan, makeId: MakeId) {
  const { traceId, spanId } = span.spanContext();
  const meta: Record<string, string> = {};
  const metrics: Record<string, number> = {};
  for (const [key, value] of Object.entries(span.attributes)) {
    if (typeof value === 'number') metrics[key] = value;
    else meta[key] = String(value);
  }
  const events = span.events.map(({ name, time, attributes }) => ({
    name,
    startTime: time[0] * 1e3 + time[1] / 1e6,
    attributes,
  }));
  const encodable = {
    trace_id: makeId(traceId, 16),
    span_id: makeId(spanId, 16),
    parent_id: makeId(span.parentSpanContext?.spanId ?? '0', 16),
    name: span.name,
    resource: span.name,
    service: 'bench',
    type: undefined,
    error: 0,
    meta,
    meta_struct: undefined,
    metrics,
    start: span.startTime[0] * 1e9 + span.startTime[1],
    duration: span.duration[0] * 1e9 + span.duration[1],
    span_events: events as typeof events | undefined,
  };
  return { encodable, events };
}
