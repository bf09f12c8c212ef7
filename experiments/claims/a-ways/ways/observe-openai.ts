import { observeOpenAI } from '@langfuse/openai';
import { askBy, createOpenAi } from '../model.js';
import { answerBy, classify, retrieve } from '../turn.js';
import { NOTHING_HELD_BACK, type StartWay } from './way.js';

/** A3: the client wrapped; of the turn only the LLM call is seen. */
export const start: StartWay = ({ modelServerUrl }) => ({
  answer: answerBy({ retrieve, classify, ask: askBy(observeOpenAI(createOpenAi(modelServerUrl))) }),
  settle: NOTHING_HELD_BACK,
});
