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
}

type StartApplication = (
  settings: ApplicationSettings,
  spanProcessors: readonly SpanProcessor[],
) => Promise<Application>;

/** The modules of an application are loaded with it: instrumentation must come before Fastify. */
const APPLICATIONS = {
  /** A chat service with the official instrumentation: about 7 spans a request. */
  chat: async ({ modelServerUrl }, spanProcessors) => {
    const { provider, fastifyInstrumentation } = startTracing(spanProcessors);
    const { createApp } = await import('./app.js');
    return { provider, app: await createApp({ modelServerUrl, fastifyInstrumentation }), countMedia: () => 0 };
  },
  /** Langfuse's own SDK and no instrumentation: one observation a request. */
  observations: async (_, spanProcessors) => {
    const provider = startTracingWithoutInstrumentation(spanProcessors);
    const { createObservationsApp } = await import('./observations-app.js');
    return { provider, ...createObservationsApp() };
  },
} satisfies Record<string, StartApplication>;

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
