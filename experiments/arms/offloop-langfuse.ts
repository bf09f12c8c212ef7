import { LangfuseWorkerSpanProcessor } from 'offloop/langfuse';
import { type CreateArm, LANGFUSE_KEYS } from './arm.js';

/** This package's processor in the place of Langfuse's, with the same mask as a module. */
export const createArm: CreateArm = ({ sinkUrl }) => {
  const processor = new LangfuseWorkerSpanProcessor({
    ...LANGFUSE_KEYS,
    baseUrl: sinkUrl,
    mask: { module: new URL('./langfuse-mask.js', import.meta.url), export: 'mask' },
  });
  return {
    spanProcessors: [processor],
    countLosses: async () => {
      const { droppedSpanCount, failedSpanCount } = processor.stats();
      return { droppedSpanCount, failedSpanCount };
    },
  };
};
