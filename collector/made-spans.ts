import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { readRequest } from '../experiments/sink/read-request.js';

const VIETNAMESE = 'Tất cả mọi người sinh ra đều được tự do và bình đẳng. ';

/** A provider whose spans go to the processor, and a copy of them to us. */
export function traceTo(processor: SpanProcessor) {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'dịch vụ', 'host.cpu.count': 2 }),
    spanProcessors: [processor, new SimpleSpanProcessor(memory)],
  });
  return {
    tracer: provider.getTracer('collector', '1.2.3'),
    /** What has ended, in the form of what the Collector wrote. */
    listMade: () => describe(memory.getFinishedSpans()),
  };
}

/** Every kind of attribute, event, link and status: two spans a call, parent and child. */
export function makeSpanPair(tracer: Tracer): void {
  const remote = {
    traceId: '0123456789abcdef0123456789abcdef',
    spanId: 'fedcba9876543210',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    traceState: createTraceState('vendor=one,other=two'),
  };
  const span = tracer.startSpan('chat tự do', {
    kind: SpanKind.CLIENT,
    links: [{ context: remote, attributes: { reason: 'retry' } }],
    attributes: {
      'gen_ai.prompt': VIETNAMESE.repeat(100),
      ascii: 'a'.repeat(20_000),
      empty: '',
      emoji: 'thumbs 👍🏽 up',
      large: Number.MAX_SAFE_INTEGER,
      double: 1.5,
      flag: true,
      texts: ['a', 'ế', ''],
      numbers: [1, 2.5, -3],
    },
  });
  span.addEvent('token', { index: 1, piece: 'Tất' });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'hỏng' });
  tracer.startSpan('bare', {}, trace.setSpan(ROOT_CONTEXT, span)).end();
  span.end();
}

export function sortById(spans: readonly ReceivedSpan[]): ReceivedSpan[] {
  return [...spans].sort((one, other) => one.spanId.localeCompare(other.spanId));
}

/** By the official serializer. */
function describe(spans: ReadableSpan[]): ReceivedSpan[] {
  const bytes = JsonTraceSerializer.serializeRequest(spans) ?? new Uint8Array();
  return spans.length === 0 ? [] : readRequest(JSON.parse(Buffer.from(bytes).toString()));
}
