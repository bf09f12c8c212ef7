import type { FaultScenario } from '../scenario.js';
import { exitHangs } from './exit-hangs.js';
import { exits } from './exits.js';
import { logs } from './logs.js';
import { sinkAnswers } from './sink-answers.js';
import { sinkGone } from './sink-gone.js';
import { sinkRecovers } from './sink-recovers.js';
import { workerKilled } from './worker-killed.js';

export const FAULT_SCENARIOS: readonly FaultScenario[] = [
  ...workerKilled,
  ...sinkRecovers,
  sinkGone,
  ...exits,
  exitHangs,
  ...sinkAnswers,
  logs,
];
