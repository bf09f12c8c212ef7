import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import OpenAI from 'openai';
import { METADATA_KEYS, MODEL_NAME } from '../model-server/protocol.js';
import { ERROR_TYPE, GEN_AI, SCOPE_NAME, SERVER_ADDRESS, SERVER_PORT } from './attributes.js';
import type { ChatRequest } from './protocol.js';

export interface ModelAnswer {
  readonly text: string;
  readonly model: string;
  readonly inputTokenCount: number;
  readonly outputTokenCount: number;
}

/** The model could not be reached or broke off; the service passes it on as a bad gateway. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** The status Fastify answers with. */
  readonly statusCode = 502;
}

const TIMEOUT_MILLIS = 30_000;

/** Asks the model, each time inside a span that carries the whole prompt and the whole completion. */
export class ModelClient {
  readonly #client: OpenAI;
  readonly #tracer = trace.getTracer(SCOPE_NAME);
  readonly #serverAttributes: Readonly<Record<string, string | number>>;

  constructor(modelServerUrl: string) {
    // No retries: a trial in which the model fails has to show it, and a span for each try would blur the span count.
    this.#client = new OpenAI({
      baseURL: `${modelServerUrl}/v1`,
      apiKey: 'lab',
      maxRetries: 0,
      timeout: TIMEOUT_MILLIS,
    });
    const { hostname, port } = new URL(modelServerUrl);
    this.#serverAttributes = { [SERVER_ADDRESS]: hostname, [SERVER_PORT]: Number(port || 80) };
  }

  /** @throws {ModelError} when the model does not answer in full. */
  ask(prompt: string, request: ChatRequest): Promise<ModelAnswer> {
    const attributes = {
      ...this.#serverAttributes,
      [GEN_AI.operationName]: 'chat',
      [GEN_AI.providerName]: 'openai',
      [GEN_AI.requestModel]: MODEL_NAME,
      [GEN_AI.conversationId]: request.conversationId,
      [GEN_AI.inputMessages]: formatMessages([{ role: 'user', ...textParts(prompt) }]),
    };
    return this.#tracer.startActiveSpan(`chat ${MODEL_NAME}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      try {
        return await this.#stream(span, prompt, request);
      } catch (error) {
        const cause = error instanceof Error ? error : new Error(String(error));
        span.recordException(cause);
        span.setAttribute(ERROR_TYPE, cause.constructor.name);
        span.setStatus({ code: SpanStatusCode.ERROR, message: cause.message });
        throw new ModelError(`the model did not answer: ${cause.message}`, { cause });
      } finally {
        span.end();
      }
    });
  }

  async #stream(span: Span, prompt: string, request: ChatRequest): Promise<ModelAnswer> {
    const stream = await this.#client.chat.completions.create({
      model: MODEL_NAME,
      messages: [{ role: 'user', content: prompt }],
      stream: true,
      stream_options: { include_usage: true },
      metadata: {
        [METADATA_KEYS.language]: request.language,
        [METADATA_KEYS.completionCharacters]: String(request.completionCharacters),
      },
    });
    let text = '';
    let id = '';
    let model = '';
    let finishReason: string | undefined;
    let usage: OpenAI.CompletionUsage | undefined;
    for await (const chunk of stream) {
      id = chunk.id;
      model = chunk.model;
      const [choice] = chunk.choices;
      text += choice?.delta.content ?? '';
      finishReason = choice?.finish_reason ?? finishReason;
      usage = chunk.usage ?? usage;
    }
    // A connection that ends in the middle of an answer ends the stream without an error.
    if (finishReason === undefined || usage === undefined) throw new Error('the stream ended before the answer did');

    span.setAttributes({
      [GEN_AI.responseId]: id,
      [GEN_AI.responseModel]: model,
      [GEN_AI.responseFinishReasons]: [finishReason],
      [GEN_AI.usageInputTokens]: usage.prompt_tokens,
      [GEN_AI.usageOutputTokens]: usage.completion_tokens,
      [GEN_AI.outputMessages]: formatMessages([{ role: 'assistant', ...textParts(text), finish_reason: finishReason }]),
    });
    return { text, model, inputTokenCount: usage.prompt_tokens, outputTokenCount: usage.completion_tokens };
  }
}

interface Message {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly { readonly type: 'text'; readonly content: string }[];
  readonly finish_reason?: string;
}

function textParts(content: string): Pick<Message, 'parts'> {
  return { parts: [{ type: 'text', content }] };
}

/** The conventions want structured values, and a JSON string from SDKs that have none on spans, such as this one. */
function formatMessages(messages: readonly Message[]): string {
  return JSON.stringify(messages);
}
