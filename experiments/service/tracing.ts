import { FastifyOtelInstrumentation } from '@fastify/otel';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { SCOPE_NAME } from './attributes.js';

export interface Tracing {
  readonly provider: NodeTracerProvider;
  readonly fastifyInstrumentation: FastifyOtelInstrumentation;
}

/**
 * Registers tracing and the official instrumentation. Fastify and `openai` must be loaded after this: the HTTP
 * instrumentation patches `node:http` when it is next required. Fastify is CommonJS and the patch lies on the server's
 * prototype, so no loader hook is needed.
 */
export function startTracing(spanProcessors: readonly SpanProcessor[]): Tracing {
  const provider = startTracingWithoutInstrumentation(spanProcessors);
  const fastifyInstrumentation = new FastifyOtelInstrumentation();
  registerInstrumentations({
    tracerProvider: provider,
    instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation(), fastifyInstrumentation],
  });
  return { provider, fastifyInstrumentation };
}

/** Registers tracing: only what the service itself says becomes a span. */
export function startTracingWithoutInstrumentation(spanProcessors: readonly SpanProcessor[]): NodeTracerProvider {
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': SCOPE_NAME })),
    spanProcessors: [...spanProcessors],
  });
  provider.register();
  return provider;
}
