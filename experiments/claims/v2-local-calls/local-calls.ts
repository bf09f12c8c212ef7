import { LangfuseSpanProcessor } from '@langfuse/otel';
import { setLangfuseTracerProvider, startObservation } from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Langfuse } from 'langfuse';
import { LANGFUSE_KEYS } from '../../arms/arm.js';
import type { Measured } from '../claim.js';

export interface LocalCalls {
  /** The call that is timed; what it returns ends what it began, untimed. */
  readonly call: () => () => void;
  /** Resolves once all that was made has been sent. */
  readonly flush: () => Promise<void>;
  /** Ends the client. @returns what `callCount` calls have made. */
  readonly finish: (callCount: number) => Promise<Measured['made']>;
}

const INPUT = { message: 'How do I change the address of my order?', conversation_id: 'conversation-1' };
const GENERATION = { model: 'model', input: [{ role: 'user', content: INPUT.message }] };

const doNothing = (): void => {};

/** @param caseName such as `v3 trace` */
export async function startLocalCalls(caseName: string, baseUrl: string): Promise<LocalCalls> {
  const [version, call] = caseName.split(' ');
  return version === 'v3' ? startV3(call ?? '', baseUrl) : startV5(call ?? '', baseUrl);
}

/** As the document's test: the parts of a trace that is there already are made, and not ended. */
async function startV3(call: string, baseUrl: string): Promise<LocalCalls> {
  const langfuse = new Langfuse({ ...LANGFUSE_KEYS, baseUrl });
  // Spans of a trace that nobody made: what is timed is then the process's first call, whichever it is.
  const traceId = 'trace';
  const run = {
    trace: () => langfuse.trace({ name: 'trace', userId: 'user-1', input: INPUT }),
    span: () => langfuse.span({ traceId, name: 'span', input: INPUT }),
    generation: () => langfuse.generation({ traceId, name: 'generation', ...GENERATION }),
    event: () => langfuse.event({ traceId, name: 'event', input: INPUT }),
  }[call];
  if (run === undefined) throw new Error(`v3: expected a call that is known, got '${call}'`);
  return {
    call: () => {
      run();
      return doNothing;
    },
    flush: () => langfuse.shutdownAsync(),
    finish: async (callCount) => {
      await langfuse.shutdownAsync();
      return { spanCount: 0, eventCount: callCount };
    },
  };
}

async function startV5(call: string, baseUrl: string): Promise<LocalCalls> {
  const processor = new LangfuseSpanProcessor({ ...LANGFUSE_KEYS, baseUrl });
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  setLangfuseTracerProvider(provider);
  const run = {
    span: () => startObservation('span', { input: INPUT }),
    generation: () => startObservation('generation', GENERATION, { asType: 'generation' }),
    event: () => startObservation('event', { input: INPUT }, { asType: 'event' }),
  }[call];
  if (run === undefined) throw new Error(`v5: expected a call that is known, got '${call}'`);
  return {
    call: () => {
      const observation = run();
      // An event has ended with its start.
      return call === 'event' ? doNothing : () => observation.end();
    },
    flush: () => provider.forceFlush(),
    finish: async (callCount) => {
      await provider.shutdown();
      return { spanCount: callCount, eventCount: 0 };
    },
  };
}
