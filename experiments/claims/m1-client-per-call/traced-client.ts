import { LANGFUSE_KEYS } from '../../arms/arm.js';
import type { Measured } from '../claim.js';

/** Traces functions and delivers what it knows of them. */
export interface TracedClient {
  readonly trace: (run: () => Promise<string>) => Promise<string>;
  /** Delivers all and ends the client. */
  readonly end: () => Promise<void>;
}

/** A Langfuse SDK, its modules loaded. */
export interface Sdk {
  readonly createClient: () => TracedClient;
  /** What a traced function makes. */
  readonly madePerCall: Measured['made'];
}

const NAME = 'answer';
const INPUT = { message: 'How do I change the address of my order?', conversation_id: 'conversation-1' };
const SDKS = { none: loadNone, v3: loadV3, v5: loadV5 };

/** @param version `none`, `v3` or `v5`. Loads the modules of that SDK only. */
export async function loadSdk(version: string, baseUrl: string): Promise<Sdk> {
  const load = SDKS[version as keyof typeof SDKS];
  if (load === undefined) throw new Error(`expected one of ${Object.keys(SDKS).join(', ')}, got '${version}'`);
  return load({ ...LANGFUSE_KEYS, baseUrl });
}

interface ClientParams {
  readonly publicKey: string;
  readonly secretKey: string;
  readonly baseUrl: string;
}

async function loadNone(): Promise<Sdk> {
  return {
    createClient: () => ({ trace: (run) => run(), end: async () => {} }),
    madePerCall: { spanCount: 0, eventCount: 0 },
  };
}

async function loadV3(params: ClientParams): Promise<Sdk> {
  const { Langfuse } = await import('langfuse');
  return {
    createClient: () => {
      const langfuse = new Langfuse(params);
      return {
        trace: async (run) => {
          const span = langfuse.trace({ name: NAME }).span({ name: NAME, input: INPUT });
          const output = await run();
          span.end({ output });
          return output;
        },
        end: () => langfuse.shutdownAsync(),
      };
    },
    // The trace, the span, and the span's end.
    madePerCall: { spanCount: 0, eventCount: 3 },
  };
}

async function loadV5(params: ClientParams): Promise<Sdk> {
  const [{ LangfuseSpanProcessor }, { setLangfuseTracerProvider, startObservation }, { NodeTracerProvider }] =
    await Promise.all([import('@langfuse/otel'), import('@langfuse/tracing'), import('@opentelemetry/sdk-trace-node')]);
  return {
    createClient: () => {
      const provider = new NodeTracerProvider({ spanProcessors: [new LangfuseSpanProcessor(params)] });
      return {
        trace: async (run) => {
          // Each time: with a client per call the one that is set is some other call's by now.
          setLangfuseTracerProvider(provider);
          const observation = startObservation(NAME, { input: INPUT });
          const output = await run();
          observation.update({ output }).end();
          return output;
        },
        end: () => provider.shutdown(),
      };
    },
    madePerCall: { spanCount: 1, eventCount: 0 },
  };
}
