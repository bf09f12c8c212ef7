// Knows nothing of offloop, which is preloaded.
import { trace } from '@opentelemetry/api';
import { makeSpans } from './make-spans.cjs';

makeSpans(trace.getTracer('matrix'));
