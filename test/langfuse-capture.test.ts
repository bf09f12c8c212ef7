import { observe as theirs } from '@langfuse/tracing';
import { context, trace } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { LangfuseWorkerSpanProcessor } from 'offloop/langfuse';
import { observe } from 'offloop/langfuse/observe';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type LangfuseServerProcess,
  startLangfuseServerProcess,
} from '../experiments/langfuse-server/langfuse-server-process.js';
import { textOf } from '../experiments/text/passages.js';

const IMAGE = `data:image/png;base64,${Buffer.from('an image that is no image').toString('base64')}`;

let server: LangfuseServerProcess;

beforeEach(async () => {
  server = await startLangfuseServerProcess();
});

afterEach(async () => {
  trace.disable();
  context.disable();
  await server.stop();
});

it('delivers what their observe delivers, with the media that is in it, through the worker', async () => {
  const processor = new LangfuseWorkerSpanProcessor({
    captureIO: 'off-loop',
    baseUrl: server.url,
    publicKey: 'pk',
    secretKey: 'sk',
  });
  new NodeTracerProvider({ spanProcessors: [processor] }).register({ propagator: null });
  const messages = Array.from({ length: 40 }, (_, index) => ({
    role: 'user',
    content: [
      { type: 'text', text: `${textOf('vi', 5_000, index)}"\\\ud800` },
      { type: 'image_url', image_url: { url: IMAGE } },
    ],
  }));
  const answer = async (list: typeof messages, at: Date) => ({ list: list.slice(1), at, none: undefined });
  const at = new Date(1_750_000_000_000);
  await theirs(answer, { name: 'theirs' })(messages, at);
  await observe(answer, { name: 'ours' })(messages, at);
  await processor.forceFlush();
  await processor.shutdown();
  const spans = await server.client.traces.spans();
  const [expected, actual] = ['theirs', 'ours'].map((name) => spans.find((span) => span.name === name));
  expect(JSON.stringify(actual?.attributes)).toContain('@@@langfuseMedia:type=image/png');
  expect(actual?.attributes).toEqual(expected?.attributes);
});

it('counts captures that a processor in front has cut off, and finds those behind a copy', async () => {
  const processor = new LangfuseWorkerSpanProcessor({
    captureIO: 'off-loop',
    baseUrl: server.url,
    publicKey: 'pk',
    secretKey: 'sk',
  });
  const copying: SpanProcessor = {
    onStart: (span, parentContext) => processor.onStart(span, parentContext),
    onEnd(span) {
      const isCutOff = span.name === 'cut off';
      const spanContext = () => (isCutOff ? { ...span.spanContext() } : span.spanContext());
      processor.onEnd(Object.create(span, { spanContext: { value: spanContext } }));
    },
    forceFlush: () => processor.forceFlush(),
    shutdown: () => processor.shutdown(),
  };
  new NodeTracerProvider({ spanProcessors: [copying] }).register({ propagator: null });
  const text = textOf('vi', 2_000, 0).replaceAll('\n', ' ');
  for (const name of ['found', 'cut off']) {
    observe((_messages: object) => 'an answer', { name })({ text });
  }
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ exportedSpanCount: 2, droppedPartCount: 1 });
  await processor.shutdown();
  const spans = await server.client.traces.spans();
  const inputs = ['found', 'cut off'].map((name) =>
    JSON.stringify(spans.find((span) => span.name === name)?.attributes),
  );
  expect(inputs[0]).toContain(text.slice(0, 100));
  expect(inputs[1]).toContain('<captured by offloop>');
});
