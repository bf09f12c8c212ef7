// Shaped like an AWS Lambda function: the machine freezes the process once it has answered, so spans leave before.
import { SpanKind, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { WorkerSpanProcessor } from 'offloop';

// Once a process, not once a call: the worker starts while the first event is handled.
const provider = new NodeTracerProvider({ spanProcessors: [new WorkerSpanProcessor({ exportTimeoutMillis: 5_000 })] });
provider.register();
const tracer = trace.getTracer('lambda-example');

export async function handler(event) {
  try {
    return await tracer.startActiveSpan('handle', { kind: SpanKind.SERVER }, async (span) => {
      try {
        return { statusCode: 200, body: `hello ${event.name}` };
      } finally {
        span.end();
      }
    });
  } finally {
    // A receiver that is down costs a call at most exportTimeoutMillis, and never its answer.
    await provider.forceFlush().catch(console.error);
  }
}
