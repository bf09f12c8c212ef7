import { DiagConsoleLogger, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor } from 'offloop';

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

const processor = new WorkerSpanProcessor();
let madeSpanCount = 0;
const counter = {
  onStart() {},
  onEnd() {
    madeSpanCount += 1;
  },
  async forceFlush() {},
  async shutdown() {},
};
// Next.js makes spans of its own for every request, once a provider is there.
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [counter, processor] }));

/** For the route that tells; Next.js bundles each route on its own. */
Object.assign(globalThis, {
  flushSpans: async () => {
    const madeBefore = madeSpanCount;
    await processor.forceFlush();
    return { madeSpanCount: madeBefore, stats: processor.stats() };
  },
});
