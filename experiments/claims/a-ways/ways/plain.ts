import { askBy, createOpenAi } from '../model.js';
import { answerBy, classify, retrieve } from '../turn.js';
import { NOTHING_HELD_BACK, type StartWay } from './way.js';

export const start: StartWay = ({ modelServerUrl }) => ({
  answer: answerBy({ retrieve, classify, ask: askBy(createOpenAi(modelServerUrl)) }),
  settle: NOTHING_HELD_BACK,
});
