import type { WorkerSpanProcessorOptions } from 'offloop';
import { LANGFUSE_KEYS, tracesUrlOf } from '../../arms/arm.js';
import { loadArm } from '../../arms/index.js';
import { GEN_AI, SCOPE_NAME, USER_ID } from '../../service/attributes.js';
import { startTracingWithoutInstrumentation } from '../../service/tracing.js';
import type { ExchangeServiceSettings } from './protocol.js';

/** A question and its answer, as they go into an observation. */
export interface Exchange {
  readonly conversationId: string;
  readonly userId: string;
  readonly messages: readonly object[];
  readonly answer: string;
}

type RecorderSettings = Pick<ExchangeServiceSettings, 'arm' | 'langfuseUrl' | 'workerNice'>;

/** Makes an observation of every exchange, and has it delivered. */
export interface ExchangeRecorder {
  record(exchange: Exchange): void;
  /** Delivers what is left, however long that takes. */
  end(): Promise<void>;
}

const NAME = 'answer';
const MODEL_NAME = 'lab-chat';
/** Of the OpenTelemetry arms: where Langfuse takes OTLP. */
const OTLP_PATH = '/api/public/otel';

/** Loads the modules of that arm only. */
export function startRecorder(settings: RecorderSettings): Promise<ExchangeRecorder> {
  return settings.arm === 'langfuse-v3' ? startLegacyClient(settings.langfuseUrl) : startTracer(settings);
}

/** One span an exchange, the same in every arm. */
async function startTracer(settings: RecorderSettings): Promise<ExchangeRecorder> {
  const spanProcessors = await loadSpanProcessors(settings);
  const provider = startTracingWithoutInstrumentation(spanProcessors);
  const tracer = provider.getTracer(SCOPE_NAME);
  return {
    record({ conversationId, userId, messages, answer }) {
      // Langfuse takes other tracers' spans only where they have an attribute of GenAI.
      const attributes = {
        [GEN_AI.operationName]: 'chat',
        [GEN_AI.requestModel]: MODEL_NAME,
        [GEN_AI.conversationId]: conversationId,
        [USER_ID]: userId,
        [GEN_AI.inputMessages]: JSON.stringify(messages),
      };
      const span = tracer.startSpan(NAME, { attributes });
      span.setAttribute(GEN_AI.outputMessages, answer);
      span.end();
    },
    end: () => provider.shutdown(),
  };
}

async function loadSpanProcessors({ arm, langfuseUrl, workerNice }: RecorderSettings) {
  const sinkUrl = langfuseUrl + OTLP_PATH;
  if (workerNice > 0) {
    if (arm !== 'offloop') throw new Error(`expected the arm offloop, whose worker can be niced, got ${arm}`);
    return loadOffloop({ exporter: { url: tracesUrlOf({ sinkUrl }) }, worker: { niceIncrement: workerNice } });
  }
  switch (arm) {
    case 'offloop-30-exports':
      return loadOffloop({ exporter: { url: tracesUrlOf({ sinkUrl }), concurrencyLimit: 30 } });
    case 'langfuse-v5': {
      const { LangfuseSpanProcessor } = await import('@langfuse/otel');
      return [new LangfuseSpanProcessor({ ...LANGFUSE_KEYS, baseUrl: langfuseUrl })];
    }
    case 'langfuse-v3':
      throw new Error('unreachable: it has no span processor');
    default:
      return (await loadArm(arm))({ sinkUrl }).spanProcessors;
  }
}

async function loadOffloop(options: WorkerSpanProcessorOptions) {
  const { createOffloopArm } = await import('../../arms/offloop-arm.js');
  return createOffloopArm(options).spanProcessors;
}

/** The generation before OpenTelemetry: a trace, a generation and its end, an event each. */
async function startLegacyClient(baseUrl: string): Promise<ExchangeRecorder> {
  const { Langfuse } = await import('langfuse');
  const langfuse = new Langfuse({ ...LANGFUSE_KEYS, baseUrl });
  return {
    record({ conversationId, userId, messages, answer }) {
      langfuse
        .trace({ name: NAME, sessionId: conversationId, userId })
        .generation({ name: NAME, model: MODEL_NAME, input: messages })
        .end({ output: answer });
    },
    end: () => langfuse.shutdownAsync(),
  };
}

/** What the stand-in counts of one exchange, by the endpoint that an arm sends to. */
export const EVENTS_PER_EXCHANGE = 3;
