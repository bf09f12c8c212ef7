import type { FastifyOtelInstrumentation } from '@fastify/otel';
import { trace } from '@opentelemetry/api';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { LANGUAGES } from '../text/languages.js';
import { GEN_AI, USER_ID } from './attributes.js';
import { Chat, type CheckedChatRequest } from './chat.js';
import { Conversations } from './conversations.js';
import { ModelClient } from './model-client.js';

export interface AppSettings {
  readonly modelServerUrl: string;
  /** Awaited in the handler, as the last of it. */
  readonly beforeAnswer: () => Promise<void>;
  readonly fastifyInstrumentation: FastifyOtelInstrumentation;
}

const MAX_TEXT_CHARACTERS = 1_000_000;
const ID_SCHEMA = { type: 'string', minLength: 1, maxLength: 128 };

const CHAT_REQUEST_SCHEMA = {
  type: 'object',
  required: ['conversationId', 'userId', 'language', 'promptCharacters', 'completionCharacters'],
  additionalProperties: false,
  properties: {
    conversationId: ID_SCHEMA,
    userId: ID_SCHEMA,
    language: { type: 'string', enum: LANGUAGES },
    message: { type: 'string', minLength: 1, maxLength: 20_000 },
    promptCharacters: { type: 'integer', minimum: 200, maximum: MAX_TEXT_CHARACTERS },
    completionCharacters: { type: 'integer', minimum: 1, maximum: MAX_TEXT_CHARACTERS },
  },
} as const;

/** Makes the service. The HTTP instrumentation must be registered before this module loads Fastify. */
export async function createApp({
  modelServerUrl,
  beforeAnswer,
  fastifyInstrumentation,
}: AppSettings): Promise<FastifyInstance> {
  const conversations = new Conversations();
  const chat = new Chat(conversations, new ModelClient(modelServerUrl));
  // Fastify's own settings drop unknown keys and turn '5' into 5; here a mistake in a scenario has to show.
  const app = Fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: false } } });
  // Awaited, and before every route: the plugin sees only what is defined after it.
  await app.register(fastifyInstrumentation.plugin());

  app.addHook('preHandler', async function identifyCaller(request: FastifyRequest) {
    const { conversationId, userId } = request.body as CheckedChatRequest;
    trace.getActiveSpan()?.setAttributes({
      [GEN_AI.conversationId]: conversationId,
      [USER_ID]: userId,
      'lab.conversation.turn_count': conversations.turnCountOf(conversationId),
    });
  });
  app.post<{ Body: CheckedChatRequest }>(
    '/chat',
    { schema: { body: CHAT_REQUEST_SCHEMA } },
    async function chatHandler({ body }) {
      const answer = await chat.answer(body);
      // Not a hook of Fastify's: its instrumentation would make a span of it, which the other arms have not.
      await beforeAnswer();
      return answer;
    },
  );
  return app;
}
