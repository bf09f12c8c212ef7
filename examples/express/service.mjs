// Express. npm install && npm install offloop && npm start
import { SpanKind, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import express from 'express';
import { WorkerSpanProcessor } from 'offloop';

const provider = new NodeTracerProvider({ spanProcessors: [new WorkerSpanProcessor()] });
provider.register();
const tracer = trace.getTracer('express-example');

const app = express();
app.use((request, response, next) => {
  tracer.startActiveSpan(request.method, { kind: SpanKind.SERVER }, (span) => {
    response.once('close', () => {
      // The route is known by now; the path itself would make a name for every customer.
      if (request.route !== undefined) span.updateName(`${request.method} ${request.route.path}`);
      span.setAttribute('http.response.status_code', response.statusCode);
      span.end();
    });
    next();
  });
});
app.get('/', (_request, response) => response.send('hello\n'));

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`listening on http://localhost:${server.address().port}`);
});
process.once('SIGTERM', () => server.close(() => provider.shutdown()));
