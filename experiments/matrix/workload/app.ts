import type { FastifyOtelInstrumentation } from '@fastify/otel';
import Fastify, { type FastifyInstance } from 'fastify';
import { makePayload } from './payload.js';
import { createTracedSteps } from './traced-steps.js';
import type { Workload } from './workload.js';

/** Made before the first request: to make a large one takes as long as to write it, and is none of an exporter's cost. */
const DISTINCT_PAYLOAD_COUNT = 16;

export interface WorkloadAppSettings {
  readonly workload: Workload;
  /** Of the `automatic` instrumentation; undefined in the others. */
  readonly fastifyInstrumentation: FastifyOtelInstrumentation | undefined;
  /** Awaited in the handler, as the last of it. */
  readonly beforeAnswer: () => Promise<void>;
}

/** Makes the matrix's service: a request makes its spans and has no other work. It answers the path of the load generator. */
export async function createWorkloadApp(settings: WorkloadAppSettings): Promise<FastifyInstance> {
  const { workload, fastifyInstrumentation, beforeAnswer } = settings;
  const payloads = Array.from({ length: DISTINCT_PAYLOAD_COUNT }, (_, turn) => makePayload(workload, turn));
  const runSteps = createTracedSteps(workload);
  const app = Fastify();
  if (fastifyInstrumentation !== undefined) await app.register(fastifyInstrumentation.plugin());
  let turn = 0;
  app.post('/chat', async () => {
    const payload = payloads[turn % DISTINCT_PAYLOAD_COUNT] ?? {};
    turn += 1;
    const answer = runSteps(payload, turn);
    await beforeAnswer();
    return { turn, answer };
  });
  return app;
}
