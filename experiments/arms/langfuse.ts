import { LangfuseSpanProcessor } from '@langfuse/otel';
import { type CreateArm, LANGFUSE_KEYS } from './arm.js';
import { mask } from './langfuse-mask.js';

/** Langfuse's processor, as it comes. It counts no losses, so a trial with any is not counted. */
export const createArm: CreateArm = ({ sinkUrl }) => ({
  spanProcessors: [new LangfuseSpanProcessor({ ...LANGFUSE_KEYS, baseUrl: sinkUrl, mask })],
  countLosses: async () => ({ droppedSpanCount: 0, failedSpanCount: 0 }),
});
