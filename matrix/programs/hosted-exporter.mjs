import { WorkerSpanProcessor } from 'offloop';
import { makeSpans } from './make-spans.cjs';
import { createProvider } from './sdk.mjs';

const exporter = { module: '@opentelemetry/exporter-trace-otlp-proto', export: 'OTLPTraceExporter' };
const provider = createProvider(new WorkerSpanProcessor({ exporter }));
makeSpans(provider.getTracer('matrix'));
await provider.shutdown();
