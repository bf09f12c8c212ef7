import { setLangfuseTracerProvider } from '@langfuse/tracing';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, it } from 'vitest';
import { observe } from './observe.js';

afterEach(() => setLangfuseTracerProvider(null));

it('captures where there is no context manager, so that no span is ever active', () => {
  const exporter = new InMemorySpanExporter();
  setLangfuseTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  observe((list: number[]) => list.length)([1, 2]);
  expect(exporter.getFinishedSpans()[0]?.attributes).toMatchObject({
    'langfuse.observation.input': '[1,2]',
    'langfuse.observation.output': '2',
  });
});
