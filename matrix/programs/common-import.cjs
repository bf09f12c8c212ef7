const { makeSpans } = require('./make-spans.cjs');

void Promise.all([import('offloop'), import('./sdk.mjs')]).then(([{ WorkerSpanProcessor }, { createProvider }]) => {
  makeSpans(createProvider(new WorkerSpanProcessor()).getTracer('matrix'));
});
