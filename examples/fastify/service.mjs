// Fastify, with its own instrumentation. node examples/fastify/service.mjs
import FastifyOtelInstrumentation from '@fastify/otel';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import Fastify from 'fastify';
import { WorkerSpanProcessor } from 'offloop';

const provider = new NodeTracerProvider({ spanProcessors: [new WorkerSpanProcessor()] });
provider.register();
const instrumentation = new FastifyOtelInstrumentation();
instrumentation.setTracerProvider(provider);

const app = Fastify();
await app.register(instrumentation.plugin());
app.get('/', async () => 'hello\n');
// After the last answer.
app.addHook('onClose', () => provider.shutdown());

await app.listen({ port: Number(process.env.PORT ?? 3000) });
console.log(`listening on http://localhost:${app.server.address().port}`);
process.once('SIGTERM', () => app.close());
