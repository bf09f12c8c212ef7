import { WorkerTraceExporter } from 'offloop';
import { makeSpans } from './make-spans.cjs';
import { createBatchProcessor, createProvider } from './sdk.mjs';

const provider = createProvider(createBatchProcessor(new WorkerTraceExporter()));
makeSpans(provider.getTracer('matrix'));
await provider.shutdown();
