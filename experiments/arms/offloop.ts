import { WorkerSpanProcessor } from 'offloop';
import { type CreateArm, tracesUrlOf } from './arm.js';

/** This package's processor, as it comes. */
export const createArm: CreateArm = (settings) => {
  const processor = new WorkerSpanProcessor({ exporter: { url: tracesUrlOf(settings) } });
  return {
    spanProcessors: [processor],
    countLosses: async () => {
      const { droppedSpanCount, failedSpanCount } = processor.stats();
      return { droppedSpanCount, failedSpanCount };
    },
  };
};
