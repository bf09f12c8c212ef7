import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { FastifyInstance } from 'fastify';
import { startTracing, startTracingWithoutInstrumentation } from '../../service/tracing.js';
import { parseWorkload } from './workload.js';

export interface StartedWorkload {
  readonly provider: NodeTracerProvider;
  readonly app: FastifyInstance;
}

/**
 * Traces this process as the workload says, then makes its service: Fastify must be loaded after the instrumentation.
 *
 * @throws {Error} for what is no workload.
 */
export async function startWorkload(
  text: string,
  beforeAnswer: () => Promise<void>,
  spanProcessors: readonly SpanProcessor[],
): Promise<StartedWorkload> {
  const workload = parseWorkload(text);
  const { provider, fastifyInstrumentation } =
    workload.instrumentation === 'automatic'
      ? startTracing(spanProcessors)
      : { provider: startTracingWithoutInstrumentation(spanProcessors), fastifyInstrumentation: undefined };
  const { createWorkloadApp } = await import('./app.js');
  return { provider, app: await createWorkloadApp({ workload, fastifyInstrumentation, beforeAnswer }) };
}
