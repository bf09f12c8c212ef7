// A script that ends when it is done, here even by process.exit(): offloop delivers from the exit handler.
// node examples/script/script.mjs
import { trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { WorkerSpanProcessor } from 'offloop';

const FILE_COUNT = 20;

new NodeTracerProvider({ spanProcessors: [new WorkerSpanProcessor()] }).register();
const tracer = trace.getTracer('script-example');

tracer.startActiveSpan('import files', (whole) => {
  for (let index = 0; index < FILE_COUNT; index++) {
    tracer.startActiveSpan('import file', { attributes: { index } }, (span) => span.end());
  }
  whole.end();
});
process.exit();
