import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';
import { MODEL_NAME } from '../../../model-server/protocol.js';
import { answerBy, classify, MODEL_METADATA, retrieve, type TurnSteps } from '../turn.js';
import { NOTHING_HELD_BACK, type StartWay } from './way.js';

const PROVIDER = 'lab';

/** A7: the AI SDK in the place of the `openai` client, its telemetry on or off. */
export const start: StartWay = ({ modelServerUrl, isTraced }) => {
  const provider = createOpenAICompatible({ name: PROVIDER, baseURL: `${modelServerUrl}/v1`, apiKey: 'lab' });
  const model = provider.chatModel(MODEL_NAME);
  const ask: TurnSteps['ask'] = async (messages) => {
    const [system, user] = messages;
    const { text, usage, response } = await generateText({
      model,
      system: system?.content ?? '',
      prompt: user?.content ?? '',
      maxRetries: 0,
      providerOptions: { [PROVIDER]: { metadata: MODEL_METADATA } },
      experimental_telemetry: { isEnabled: isTraced, functionId: 'ask' },
    });
    return {
      text,
      model: response.modelId,
      inputTokenCount: usage.inputTokens ?? 0,
      outputTokenCount: usage.outputTokens ?? 0,
    };
  };
  return { answer: answerBy({ retrieve, classify, ask }), settle: NOTHING_HELD_BACK };
};
