import { observe, propagateAttributes, updateActiveObservation } from '@langfuse/tracing';
import { textOf } from '../../text/passages.js';
import type { Content } from './cases.js';
import type { RequestFacts } from './requests.js';

/** A request, a retrieval and a generation. */
export const SPANS_PER_REQUEST = 3;

/** The document's own. */
const CUT_CHARACTERS = 200;
const HISTORY_CHARACTERS = 15_000;
const ANSWER_CHARACTERS = 1_500;
const STRIDE_CHARACTERS = 137;

interface ServiceRequest {
  readonly conversation_id: string;
  readonly user_id: string;
  readonly message: string;
  readonly history: string;
}

interface ServiceAnswer {
  readonly answer: string;
  readonly next_action: string;
}

/** A service's way to answer a request that nobody else has made, its spans with what is asked for. */
export function createService(content: Content): (facts: RequestFacts, index: number) => Promise<ServiceAnswer> {
  const isCaptured = content === 'full capture';
  const hasFields = content === 'metadata';
  const options = { captureInput: isCaptured, captureOutput: isCaptured };
  return async (facts, index) => {
    const retrieve = observe(async (_message: string) => textOf('vi', ANSWER_CHARACTERS, index), {
      ...options,
      name: 'retrieve',
    });
    const generate = observe(
      async (_messages: readonly object[]) => {
        if (hasFields) {
          const { model, usage, cost } = facts;
          updateActiveObservation({ model, usageDetails: usage, costDetails: cost }, { asType: 'generation' });
        }
        return textOf('vi', ANSWER_CHARACTERS, index * STRIDE_CHARACTERS);
      },
      { ...options, name: 'generate', asType: 'generation' },
    );
    const answer = observe(
      async ({ message, history }: ServiceRequest): Promise<ServiceAnswer> => {
        const passages = await retrieve(message);
        const text = await generate([
          { role: 'system', content: passages },
          { role: 'user', content: history },
          { role: 'user', content: message },
        ]);
        if (hasFields) {
          const metadata = { message: message.slice(0, CUT_CHARACTERS), next_action: facts.nextAction };
          updateActiveObservation({ metadata });
        }
        return { answer: text, next_action: facts.nextAction };
      },
      { ...options, name: 'answer' },
    );
    const { conversationId, userId, message } = facts;
    const history = textOf('vi', HISTORY_CHARACTERS, index * STRIDE_CHARACTERS);
    const request = { conversation_id: conversationId, user_id: userId, message, history };
    if (!hasFields) return answer(request);
    return propagateAttributes({ userId, metadata: { conversation_id: conversationId } }, () => answer(request));
  };
}
