// An exporter of the SDK's in the worker: node hosted-exporter.mjs proto|grpc|console|zipkin
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WorkerSpanProcessor } from 'offloop';
import { makeSpans } from './make-spans.cjs';
import { CONSOLE_MODULE, createProvider } from './sdk.mjs';

const EXPORTERS = {
  proto: () => ({ module: '@opentelemetry/exporter-trace-otlp-proto', export: 'OTLPTraceExporter' }),
  grpc: () => ({
    module: '@opentelemetry/exporter-trace-otlp-grpc',
    export: 'OTLPTraceExporter',
    options: { url: process.env.GRPC_URL },
  }),
  console: () => ({ module: CONSOLE_MODULE, export: 'ConsoleSpanExporter' }),
  zipkin: (url) => ({ module: '@opentelemetry/exporter-zipkin', export: 'ZipkinExporter', options: { url } }),
};

let zipkinSpanCount = 0;
const zipkin = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  zipkinSpanCount += JSON.parse(body).length;
  response.writeHead(202).end();
}).listen(0, '127.0.0.1');
await once(zipkin, 'listening');

const name = process.argv[2];
const exporter = EXPORTERS[name](`http://127.0.0.1:${zipkin.address().port}/api/v2/spans`);
const provider = createProvider(new WorkerSpanProcessor({ exporter }));
makeSpans(provider.getTracer('matrix'));
await provider.shutdown();
zipkin.closeAllConnections();
zipkin.close();
if (name === 'zipkin' && zipkinSpanCount !== 100) throw new Error(`expected 100 spans, got ${zipkinSpanCount}`);
