// Knows nothing of offloop, which is preloaded.
const { trace } = require('@opentelemetry/api');
const { makeSpans } = require('./make-spans.cjs');

makeSpans(trace.getTracer('matrix'));
