import { observe, propagateAttributes, startObservation, updateActiveObservation } from '@langfuse/tracing';
import { askBy, createOpenAi } from '../model.js';
import { type AnswerTurn, answerBy, classify, retrieve, type TurnSteps } from '../turn.js';
import { NOTHING_HELD_BACK, type StartWay } from './way.js';

/** A2+A1: as A2, and the low-level calls inside for what no argument tells. */
export const start: StartWay = ({ modelServerUrl }) => {
  const askModel = askBy(createOpenAi(modelServerUrl));
  const ask: TurnSteps['ask'] = async (messages) => {
    const completion = await askModel(messages);
    const { model, inputTokenCount, outputTokenCount } = completion;
    const usageDetails = { input: inputTokenCount, output: outputTokenCount };
    updateActiveObservation({ model, usageDetails }, { asType: 'generation' });
    return completion;
  };
  const answerFromSteps = answerBy({
    retrieve: observe(retrieve, { name: 'retrieve', asType: 'retriever' }),
    classify: observe(classify, { name: 'classify' }),
    ask: observe(ask, { name: 'ask', asType: 'generation' }),
  });
  const answer: AnswerTurn = async (turn) => {
    const { conversationId, userId } = turn;
    return propagateAttributes({ sessionId: conversationId, userId }, async () => {
      const answer = await answerFromSteps(turn);
      const { intent } = answer;
      updateActiveObservation({ metadata: { intent } });
      startObservation('answered', { metadata: { intent } }, { asType: 'event' });
      return answer;
    });
  };
  return { answer: observe(answer, { name: 'turn' }), settle: NOTHING_HELD_BACK };
};
