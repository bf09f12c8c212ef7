import { observe } from '@langfuse/tracing';
import { askBy, createOpenAi } from '../model.js';
import { answerBy, classify, retrieve } from '../turn.js';
import { NOTHING_HELD_BACK, type StartWay } from './way.js';

/** A2: the turn and each of its steps wrapped, input and output captured, and nothing said by hand. */
export const start: StartWay = ({ modelServerUrl }) => ({
  answer: observe(
    answerBy({
      retrieve: observe(retrieve, { name: 'retrieve', asType: 'retriever' }),
      classify: observe(classify, { name: 'classify' }),
      ask: observe(askBy(createOpenAi(modelServerUrl)), { name: 'ask', asType: 'generation' }),
    }),
    { name: 'turn' },
  ),
  settle: NOTHING_HELD_BACK,
});
