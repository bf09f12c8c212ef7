import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { start as startPlain } from './plain.js';
import type { StartWay } from './way.js';

/** A6: nothing in the service; a span for each request that comes in and one for each that goes out. */
export const start: StartWay = (settings) => {
  registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
  return startPlain(settings);
};
