// A second host is given while the first is in use, each way it can be; the stand-ins tell which of them was used.
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { setLangfuseTracerProvider, startObservation } from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Langfuse, observeOpenAI } from 'langfuse';
import { LANGFUSE_KEYS } from '../../arms/arm.js';
import type { Measured, TrialOrder } from '../claim.js';

/** A trace, its generation, and the trace again with its output. */
const EVENTS_PER_COMPLETION = 3;

export async function tellSecondConstructor({ baseUrls }: TrialOrder): Promise<Measured> {
  for (const baseUrl of baseUrls) {
    const langfuse = new Langfuse({ ...LANGFUSE_KEYS, baseUrl });
    langfuse.trace({ name: 'trace' });
    await langfuse.shutdownAsync();
  }
  return { figures: { secondMadeCount: 1 }, made: { spanCount: 0, eventCount: 2 } };
}

export async function tellSecondClientInitParams({ baseUrls }: TrialOrder): Promise<Measured> {
  for (const baseUrl of baseUrls) {
    const openai = observeOpenAI(createOpenai(), { clientInitParams: { ...LANGFUSE_KEYS, baseUrl } });
    await openai.chat.completions.create({ model: 'model', messages: [] });
    await openai.flushAsync();
  }
  const eventCount = EVENTS_PER_COMPLETION * baseUrls.length;
  return { figures: { secondMadeCount: EVENTS_PER_COMPLETION }, made: { spanCount: 0, eventCount } };
}

export async function tellSecondRegister({ baseUrls }: TrialOrder): Promise<Measured> {
  return observeWithEach(baseUrls, (provider) => provider.register());
}

export async function tellSecondIsolatedProvider({ baseUrls }: TrialOrder): Promise<Measured> {
  return observeWithEach(baseUrls, setLangfuseTracerProvider);
}

async function observeWithEach(
  baseUrls: TrialOrder['baseUrls'],
  use: (provider: NodeTracerProvider) => void,
): Promise<Measured> {
  const providers = baseUrls.map((baseUrl) => {
    const processor = new LangfuseSpanProcessor({ ...LANGFUSE_KEYS, baseUrl });
    const provider = new NodeTracerProvider({ spanProcessors: [processor] });
    use(provider);
    startObservation('observation').end();
    return provider;
  });
  await Promise.all(providers.map((provider) => provider.shutdown()));
  return { figures: { secondMadeCount: 1 }, made: { spanCount: 2, eventCount: 0 } };
}

/** As much of the client as the wrapper looks at. */
function createOpenai() {
  const completion = { model: 'model', choices: [{ message: { role: 'assistant', content: 'text' } }] };
  const create = async (_request: { readonly model: string; readonly messages: readonly unknown[] }) => completion;
  return { chat: { completions: { create } } };
}
