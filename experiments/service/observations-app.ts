import { startActiveObservation } from '@langfuse/tracing';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Language } from '../text/languages.js';
import { textOf } from '../text/passages.js';
import { Conversations } from './conversations.js';
import { ImageSource } from './image-source.js';
import type { ChatAnswer, ChatRequest } from './protocol.js';

/** In every question, for a mask to find: an e-mail address, a telephone number, a card number. None is anybody's. */
const CONTACT = 'Liên hệ: nguyen.van.a@example.com, 0912 345 678, thẻ 4111 1111 1111 1111.\n';

const MODEL_NAME = 'lab-chat';
const CHARACTERS_PER_TOKEN = 4;

/**
 * Makes the service whose every request is one observation of Langfuse's SDK, a generation with the messages as its
 * input and the answer as its output. No model is asked: the texts are at hand, so that what a request waits for is
 * the loop.
 *
 * @param beforeAnswer awaited in every request, as the last of it.
 */
export function createObservationsApp(beforeAnswer: () => Promise<void>): {
  readonly app: FastifyInstance;
  countMedia(): number;
} {
  const conversations = new Conversations();
  const images = new ImageSource();
  const app = Fastify();

  app.post<{ Body: ChatRequest }>('/chat', async ({ body }): Promise<ChatAnswer> => {
    const { conversationId, completionCharacters, userId } = body;
    const turnCount = conversations.addTurn(conversationId);
    const language = body.language as Language;
    const answer = textOf(language, completionCharacters, turnCount);
    const messages = composeMessages(body, images, turnCount);
    const usage = { input: countTokens(body.promptCharacters), output: countTokens(completionCharacters) };
    startActiveObservation(
      'answer',
      (generation) => {
        generation.update({
          model: MODEL_NAME,
          input: messages,
          output: answer,
          usageDetails: usage,
          metadata: { conversation_id: conversationId, user_id: userId },
        });
      },
      { asType: 'generation' },
    );
    await beforeAnswer();
    return {
      conversationId,
      turnCount,
      answer,
      model: MODEL_NAME,
      inputTokenCount: usage.input,
      outputTokenCount: usage.output,
      articleNumbers: [],
    };
  });
  return { app, countMedia: () => images.imageCount };
}

/** As a chat model takes them: a text and, where the request has one, an image in base64. */
function composeMessages(
  { language, promptCharacters, imageByteLength }: ChatRequest,
  images: ImageSource,
  turn: number,
) {
  const text = CONTACT + textOf(language as Language, promptCharacters - CONTACT.length, turn);
  const content: object[] = [{ type: 'text', text }];
  if (imageByteLength !== undefined) {
    content.push({ type: 'image_url', image_url: { url: images.nextDataUri(imageByteLength) } });
  }
  return [{ role: 'user', content }];
}

function countTokens(characterCount: number): number {
  return Math.ceil(characterCount / CHARACTERS_PER_TOKEN);
}
