import { fleet } from '../fleet/study.js';
import { captureOffLoop } from './capture-off-loop/study.js';
import { garbage } from './garbage/study.js';
import { oneCore } from './one-core/study.js';
import { slowSink } from './slow-sink/study.js';
import type { Study } from './study.js';

export const STUDIES: readonly Study[] = [oneCore, garbage, slowSink, captureOffLoop, fleet];
