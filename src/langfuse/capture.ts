import { LangfuseOtelSpanAttributes } from '@langfuse/core';
import type { Span } from '@opentelemetry/api';
import { CapturePlace } from './capture-snapshots.js';

const { OBSERVATION_INPUT, OBSERVATION_OUTPUT, OBSERVATION_TYPE } = LangfuseOtelSpanAttributes;

/** An observation of `@langfuse/tracing`, as `startObservation` returns it. */
export interface CapturingObservation {
  readonly otelSpan: Span;
  readonly type: string;
}

/**
 * `observation.update({ input })`, with the JSON made in the worker thread where that is cheaper and a
 * `LangfuseWorkerSpanProcessor` with `captureIO: 'off-loop'` takes the span. Later changes to `input` don't show. The
 * observation's span shows a placeholder until it is exported.
 */
export function captureInput(observation: CapturingObservation, input: unknown): void {
  update(observation, OBSERVATION_INPUT, input);
}

/** `observation.update({ output })`, as {@link captureInput} does it for the input. */
export function captureOutput(observation: CapturingObservation, output: unknown): void {
  update(observation, OBSERVATION_OUTPUT, output);
}

function update({ otelSpan, type }: CapturingObservation, key: string, value: unknown): void {
  if (!otelSpan.isRecording()) return;
  const captured = new CapturePlace().capture(otelSpan, key, value);
  // The SDK leaves out what is undefined.
  otelSpan.setAttributes({ [OBSERVATION_TYPE]: type, [key]: captured });
}
