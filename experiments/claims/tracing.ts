import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { LANGFUSE_KEYS } from '../arms/arm.js';

/** What takes the ended spans: nothing, Langfuse's own processor, or this package's in its place. */
export const PROCESSOR_NAMES = ['none', 'langfuse', 'offloop', 'offloop off-loop'] as const;

export type ProcessorName = (typeof PROCESSOR_NAMES)[number];

export interface Tracing {
  /** Resolves once all that has ended was sent. */
  readonly flush: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/**
 * Traces this process, with a context manager, and loads the modules of that processor only.
 *
 * @param witnesses Processors that see each span before it.
 */
export async function startTracing(
  name: ProcessorName,
  baseUrl: string,
  witnesses: readonly SpanProcessor[] = [],
): Promise<Tracing> {
  const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const processor = await createProcessor(name, baseUrl);
  const provider = new NodeTracerProvider({
    spanProcessors: processor === undefined ? [...witnesses] : [...witnesses, processor],
  });
  provider.register();
  return { flush: () => provider.forceFlush(), end: () => provider.shutdown() };
}

async function createProcessor(name: ProcessorName, baseUrl: string): Promise<SpanProcessor | undefined> {
  const params = { ...LANGFUSE_KEYS, baseUrl };
  switch (name) {
    case 'none':
      return undefined;
    case 'langfuse': {
      const { LangfuseSpanProcessor } = await import('@langfuse/otel');
      return new LangfuseSpanProcessor(params);
    }
    case 'offloop':
    case 'offloop off-loop': {
      const { LangfuseWorkerSpanProcessor } = await import('offloop/langfuse');
      return new LangfuseWorkerSpanProcessor({ ...params, captureIO: name === 'offloop' ? 'on-loop' : 'off-loop' });
    }
    default:
      throw new Error(`expected one of ${PROCESSOR_NAMES.join(', ')}, got '${name satisfies never}'`);
  }
}
