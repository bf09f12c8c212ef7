export { type CapturingObservation, captureInput, captureOutput } from './capture.js';
export type { CaptureIO, LangfuseWorkerSpanProcessorOptions, MaskModule } from './langfuse-options.js';
export { LangfuseWorkerSpanProcessor } from './langfuse-span-processor.js';
