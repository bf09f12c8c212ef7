import { setImmediate } from 'node:timers/promises';
import type { MeasureCase } from '../claim.js';
import { measureLoopMillis } from '../loop-millis.js';
import { startTracing } from '../tracing.js';
import { CONTENT_CASES } from './cases.js';
import { QUESTIONS } from './questions.js';
import { describeRequest } from './requests.js';
import { createService, SPANS_PER_REQUEST } from './traced-service.js';

const MICROS_PER_MILLI = 1_000;
/** No more bytes of captured text than a request of Langfuse's cloud may have. */
const REQUESTS_PER_FLUSH = 40;
/** Requests beside those that count: the first ones meet code that nobody has run yet. */
const WARM_UP_SHARE = 0.5;

/** What the loop is busy with for a request, export included. */
export const measure: MeasureCase = async ({ case: caseName, settings, baseUrls }) => {
  const own = CONTENT_CASES.find(({ name }) => name === caseName);
  if (own === undefined) throw new Error(`expected a case of m4-metadata, got '${caseName}'`);
  const tracing = await startTracing(own.processor, baseUrls[0]);
  const answer = createService(own.content);
  const countedCount = settings['requestCount'] ?? 0;
  const warmUpCount = Math.round(countedCount * WARM_UP_SHARE);
  const requests = Array.from({ length: warmUpCount + countedCount }, (_, index) => describeRequest(index));
  const answerAll = async (from: number, to: number) => {
    for (const [offset, facts] of requests.slice(from, to).entries()) {
      await answer(facts, from + offset);
      await setImmediate();
      if ((offset + 1) % REQUESTS_PER_FLUSH === 0) await tracing.flush();
    }
    await tracing.flush();
  };
  await answerAll(0, warmUpCount);
  const loopMillis = await measureLoopMillis(() => answerAll(warmUpCount, requests.length));
  await tracing.end();
  return {
    figures: {
      requestCount: requests.length,
      loopMicros: (loopMillis / countedCount) * MICROS_PER_MILLI,
      ...Object.fromEntries(QUESTIONS.map(({ name, countMade }) => [`${name}Made`, countMade(requests)])),
    },
    made: { spanCount: SPANS_PER_REQUEST * requests.length, eventCount: 0 },
  };
};
