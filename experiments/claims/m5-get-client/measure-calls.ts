import { LangfuseSpanProcessor } from '@langfuse/otel';
import { getLangfuseTracer, setLangfuseTracerProvider } from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Langfuse } from 'langfuse';
import { LANGFUSE_KEYS } from '../../arms/arm.js';
import type { Measured, TrialOrder } from '../claim.js';

const MICROS_PER_MILLI = 1_000;
/** What takes nanoseconds is called so much more often, or the clock would be measured. */
const GETTER_CALLS_PER_CALL = 1_000;

interface Call {
  readonly run: () => unknown;
  readonly callsPerCall: number;
}

/** What one call costs, the first of the process and then the mean of many, the collection of their garbage included. */
export async function measureCalls({ case: caseName, settings, baseUrls }: TrialOrder): Promise<Measured> {
  const { run, callsPerCall } = chooseCall(caseName, { ...LANGFUSE_KEYS, baseUrl: baseUrls[0] });
  const callCount = (settings['callCount'] ?? 0) * callsPerCall;
  const firstCallMicros = timeCalls(run, 1);
  timeCalls(run, callCount / 2);
  const callMicros = timeCalls(run, callCount) / callCount;
  return { figures: { firstCallMicros, callMicros }, made: { spanCount: 0, eventCount: 0 } };
}

function chooseCall(
  caseName: string,
  params: { readonly publicKey: string; readonly secretKey: string; readonly baseUrl: string },
): Call {
  switch (caseName) {
    case 'v3 constructor':
      return { run: () => new Langfuse(params), callsPerCall: 1 };
    case 'v3 module instance': {
      const instance = new Langfuse(params);
      return { run: () => instance, callsPerCall: GETTER_CALLS_PER_CALL };
    }
    case 'v5 processor':
      return { run: () => new LangfuseSpanProcessor(params), callsPerCall: 1 };
    default:
      setLangfuseTracerProvider(new NodeTracerProvider({ spanProcessors: [new LangfuseSpanProcessor(params)] }));
      return { run: getLangfuseTracer, callsPerCall: GETTER_CALLS_PER_CALL };
  }
}

/** In all, in µs. */
function timeCalls(run: () => unknown, callCount: number): number {
  let missingCount = 0;
  const startMillis = performance.now();
  // The result is looked at, or V8 might leave the call out.
  for (let call = 0; call < callCount; call += 1) if (run() === undefined) missingCount += 1;
  const micros = (performance.now() - startMillis) * MICROS_PER_MILLI;
  if (missingCount > 0) throw new Error(`expected a client from every call, got none from ${missingCount}`);
  return micros;
}
