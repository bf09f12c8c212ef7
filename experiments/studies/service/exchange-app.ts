import Fastify, { type FastifyInstance } from 'fastify';
import type { ChatRequest } from '../../service/protocol.js';
import type { Language } from '../../text/languages.js';
import { textOf } from '../../text/passages.js';
import type { Exchange } from './exchange-recorder.js';

/** Neighbouring answers have other text, though of the same language and length. */
const STRIDE_CHARACTERS = 137;

/**
 * Makes a service that answers at once and records every exchange. No model is asked and nothing is instrumented, so
 * that what a request waits for is the loop.
 */
export function createExchangeApp(record: (exchange: Exchange) => void): FastifyInstance {
  const app = Fastify();
  let turn = 0;
  app.post<{ Body: ChatRequest }>('/chat', async ({ body }) => {
    const { conversationId, userId, promptCharacters, completionCharacters } = body;
    const language = body.language as Language;
    turn += 1;
    const content = textOf(language, promptCharacters, turn * STRIDE_CHARACTERS);
    const answer = textOf(language, completionCharacters, (turn + 1) * STRIDE_CHARACTERS);
    record({ conversationId, userId, messages: [{ role: 'user', content }], answer });
    return { conversationId, answer };
  });
  return app;
}
