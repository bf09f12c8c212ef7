import OpenAI from 'openai';
import { MODEL_NAME } from '../../model-server/protocol.js';
import { type Completion, MODEL_METADATA, type TurnSteps } from './turn.js';

const TIMEOUT_MILLIS = 30_000;

/** No retries: a trial in which the model fails has to show it. */
export function createOpenAi(modelServerUrl: string): OpenAI {
  return new OpenAI({ baseURL: `${modelServerUrl}/v1`, apiKey: 'lab', maxRetries: 0, timeout: TIMEOUT_MILLIS });
}

/** Asks by the client given, which may be a wrapped one. */
export function askBy(client: OpenAI): TurnSteps['ask'] {
  return async (messages): Promise<Completion> => {
    const { choices, model, usage } = await client.chat.completions.create({
      model: MODEL_NAME,
      messages: [...messages],
      metadata: MODEL_METADATA,
    });
    return {
      text: choices[0]?.message.content ?? '',
      model,
      inputTokenCount: usage?.prompt_tokens ?? 0,
      outputTokenCount: usage?.completion_tokens ?? 0,
    };
  };
}
