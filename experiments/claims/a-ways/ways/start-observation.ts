import { startObservation } from '@langfuse/tracing';
import { askBy, createOpenAi } from '../model.js';
import { classify, composeAnswer, composeMessages, retrieve } from '../turn.js';
import { NOTHING_HELD_BACK, type StartWay } from './way.js';

/** A1b: the same calls as A1 by hand, of the SDK that is built on OpenTelemetry. */
export const start: StartWay = ({ modelServerUrl }) => {
  const ask = askBy(createOpenAi(modelServerUrl));
  return {
    answer: async (turn) => {
      const { message } = turn;
      const root = startObservation('turn', { input: turn });
      const retrieval = root.startObservation('retrieve', { input: { message } }, { asType: 'retriever' });
      const articles = retrieve(message);
      retrieval.update({ output: articles }).end();
      const classification = root.startObservation('classify', { input: { message } });
      const intent = classify(message);
      classification.update({ output: intent }).end();
      const messages = composeMessages(message, articles, intent);
      const generation = root.startObservation('ask', { input: messages }, { asType: 'generation' });
      const { text, model, inputTokenCount, outputTokenCount } = await ask(messages);
      const usageDetails = { input: inputTokenCount, output: outputTokenCount };
      generation.update({ output: text, model, usageDetails }).end();
      root.startObservation('answered', { metadata: { intent } }, { asType: 'event' });
      const answer = composeAnswer(text, articles, intent);
      root.update({ output: answer }).end();
      return answer;
    },
    settle: NOTHING_HELD_BACK,
  };
};
