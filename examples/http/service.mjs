// A plain HTTP service. node examples/http/service.mjs
import { createServer } from 'node:http';
import { SpanKind, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { WorkerSpanProcessor } from 'offloop';

// Where spans go: OTEL_EXPORTER_OTLP_ENDPOINT, else localhost:4318.
const provider = new NodeTracerProvider({ spanProcessors: [new WorkerSpanProcessor()] });
provider.register();
const tracer = trace.getTracer('http-example');

const server = createServer((request, response) => {
  tracer.startActiveSpan(`${request.method} /`, { kind: SpanKind.SERVER }, (span) => {
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode);
      span.end();
    });
    response.end('hello\n');
  });
});

server.listen(process.env.PORT ?? 3000, () => console.log(`listening on http://localhost:${server.address().port}`));

process.once('SIGTERM', () => {
  // Spans end with the last answer; what is left then leaves with the shutdown.
  server.close(() => provider.shutdown());
});
