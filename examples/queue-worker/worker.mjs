// A queue worker: each job is a trace of its own that links to whoever sent it. The queue here is stdin, a job a line:
// echo '{"name":"resize","traceparent":"00-…-01"}' | node examples/queue-worker/worker.mjs
import { createInterface } from 'node:readline';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { WorkerSpanProcessor } from 'offloop';

const provider = new NodeTracerProvider({ spanProcessors: [new WorkerSpanProcessor()] });
provider.register();
const tracer = trace.getTracer('queue-worker-example');

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  const sender = trace.getSpanContext(propagation.extract(context.active(), job));
  const links = sender === undefined ? [] : [{ context: sender }];
  await tracer.startActiveSpan(`process ${job.name}`, { kind: SpanKind.CONSUMER, links, root: true }, async (span) => {
    try {
      await doJob(job);
    } catch (error) {
      // The next job is not the worse for it.
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    } finally {
      span.end();
    }
  });
}
await provider.shutdown();

async function doJob({ name }) {
  if (name === 'broken') throw new Error('this job can not be done');
  await tracer.startActiveSpan('step', async (span) => span.end());
}
