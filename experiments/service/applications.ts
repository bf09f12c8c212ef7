import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { FastifyInstance } from 'fastify';
import { startTracing, startTracingWithoutInstrumentation } from './tracing.js';

/** What the service does when it is asked, and which spans that makes. */
export interface Application {
  readonly provider: NodeTracerProvider;
  readonly app: FastifyInstance;
  /** Images that were put into spans so far. */
  countMedia(): number;
}

interface ApplicationSettings {
  readonly modelServerUrl: string;
  /** Awaited in every request before it is answered: what an arm has to do there. */
  readonly beforeAnswer: () => Promise<void>;
  /** Of the application `workload`: what its requests do, as JSON. */
  readonly workload: string;
}

type StartApplication = (
  settings: ApplicationSettings,
  spanProcessors: readonly SpanProcessor[],
) => Promise<Application>;

/** The modules of an application are loaded with it: instrumentation must come before Fastify. */
const APPLICATIONS = {
  /** A chat service with the official instrumentation: about 7 spans a request. */
  chat: async ({ modelServerUrl, beforeAnswer }, spanProcessors) => {
    const { provider, fastifyInstrumentation } = startTracing(spanProcessors);
    const { createApp } = await import('./app.js');
    const app = await createApp({ modelServerUrl, beforeAnswer, fastifyInstrumentation });
    return { provider, app, countMedia: () => 0 };
  },
  /** Langfuse's own SDK and no instrumentation: one observation a request. */
  observations: startObservations,
  /** The same for arms that send to any OTLP receiver, and not to Langfuse. */
  'otlp-observations': startObservations,
  /** Spans with many short texts, and no other work: most of what its main thread does is up to the arm. */
  spans: async ({ beforeAnswer }, spanProcessors) => {
    const provider = startTracingWithoutInstrumentation(spanProcessors);
    const { createSpansApp } = await import('./spans-app.js');
    return { provider, app: createSpansApp(beforeAnswer), countMedia: () => 0 };
  },
  /** Requests that make the spans they are told to, and have no other work. */
  workload: async ({ workload, beforeAnswer }, spanProcessors) => {
    const { startWorkload } = await import('../matrix/workload/start-workload.js');
    return { ...(await startWorkload(workload, beforeAnswer, spanProcessors)), countMedia: () => 0 };
  },
} satisfies Record<string, StartApplication>;

async function startObservations(
  { beforeAnswer }: ApplicationSettings,
  spanProcessors: readonly SpanProcessor[],
): Promise<Application> {
  const provider = startTracingWithoutInstrumentation(spanProcessors);
  const { createObservationsApp } = await import('./observations-app.js');
  return { provider, ...createObservationsApp(beforeAnswer) };
}

export type ApplicationName = keyof typeof APPLICATIONS;

export const APPLICATION_NAMES = Object.keys(APPLICATIONS) as ApplicationName[];

export function isApplicationName(name: string): name is ApplicationName {
  return Object.hasOwn(APPLICATIONS, name);
}

/** @throws {Error} when one of its modules can't be loaded. */
export function startApplication(
  name: ApplicationName,
  settings: ApplicationSettings,
  spanProcessors: readonly SpanProcessor[],
): Promise<Application> {
  return APPLICATIONS[name](settings, spanProcessors);
}
