import { trace } from '@opentelemetry/api';
import Fastify, { type FastifyInstance } from 'fastify';
import { textOf } from '../text/passages.js';
import { SCOPE_NAME } from './attributes.js';
import { SPANS_PER_REQUEST } from './spans-per-request.js';

const SPAN_COUNT = SPANS_PER_REQUEST.spans;

const PASSAGES = 'search.passages';
/** Of a span: what a search found, say. Strings outside Latin-1 are the dearest that a span can hold. */
const PASSAGE_COUNT = 500;
const PASSAGE_CHARACTERS = 20;
/** From the passages of one span to the next one's: no two have the same. */
const STRIDE_CHARACTERS = 137;

/**
 * Makes a service that does next to nothing but end spans, each with short texts that are there already: most of its main
 * thread's time goes to what becomes of a span when it ends.
 *
 * @param beforeAnswer awaited in every request, as the last of it.
 */
export function createSpansApp(beforeAnswer: () => Promise<void>): FastifyInstance {
  const passagesOfSpans = Array.from({ length: SPAN_COUNT }, (_, index) => listPassages(index * STRIDE_CHARACTERS));
  const tracer = trace.getTracer(SCOPE_NAME);
  const app = Fastify();
  app.post('/chat', async () => {
    for (const passages of passagesOfSpans) {
      tracer.startSpan('search', { attributes: { [PASSAGES]: passages } }).end();
    }
    await beforeAnswer();
    return { spanCount: SPAN_COUNT };
  });
  return app;
}

function listPassages(startCharacter: number): string[] {
  const text = textOf('vi', PASSAGE_COUNT * PASSAGE_CHARACTERS, startCharacter);
  return Array.from({ length: PASSAGE_COUNT }, (_, index) =>
    text.slice(index * PASSAGE_CHARACTERS, (index + 1) * PASSAGE_CHARACTERS),
  );
}
