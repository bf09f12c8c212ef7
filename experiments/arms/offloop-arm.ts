import { WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import type { Arm } from './arm.js';

/** This package's processor and what it says it lost. */
export function createOffloopArm(options: WorkerSpanProcessorOptions): Arm {
  const processor = new WorkerSpanProcessor(options);
  return {
    spanProcessors: [processor],
    countLosses: async () => {
      const { droppedSpanCount, failedSpanCount } = processor.stats();
      return { droppedSpanCount, failedSpanCount };
    },
  };
}
