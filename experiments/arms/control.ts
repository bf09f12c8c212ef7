import type { CreateArm } from './arm.js';

/** Spans are made and go nowhere: what every other arm is compared with. */
export const createArm: CreateArm = () => ({
  spanProcessors: [],
  countLosses: async () => ({ droppedSpanCount: 0, failedSpanCount: 0 }),
});
