const { WorkerSpanProcessor } = require('offloop');
const { makeSpans } = require('./make-spans.cjs');

void import('./sdk.mjs').then(({ createProvider }) => {
  makeSpans(createProvider(new WorkerSpanProcessor()).getTracer('matrix'));
});
