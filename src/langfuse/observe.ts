import { LangfuseOtelSpanAttributes } from '@langfuse/core';
import { createObservationAttributes, type LangfuseObservationType, observe as observeOnLoop } from '@langfuse/tracing';
import { context, createContextKey, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { CapturePlace } from './capture-snapshots.js';

const { OBSERVATION_INPUT, OBSERVATION_OUTPUT, OBSERVATION_TYPE } = LangfuseOtelSpanAttributes;

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * `observe` of `@langfuse/tracing`, with the JSON of arguments and result made in the worker thread where that is cheaper
 * and a `LangfuseWorkerSpanProcessor` with `captureIO: 'off-loop'` takes the span; elsewhere just as there. What is
 * captured is what the arguments were when the function was called: later changes don't show.
 */
export const observe: typeof observeOnLoop = (fn, options = {}) => {
  const {
    name = fn.name || 'anonymous-function',
    asType = 'span',
    captureInput = true,
    captureOutput = true,
  } = options;
  const onLoop = observeOnLoop(fn, options);
  // An event has ended before its function is called.
  if (asType === 'event' || (!captureInput && !captureOutput)) return onLoop;
  const capture = new Capture(asType, captureInput, captureOutput);
  const offLoop = observeOnLoop(
    function (this: unknown, ...args: unknown[]) {
      return capture.call(fn, this, args);
    } satisfies AnyFunction,
    { ...options, name, captureInput: false, captureOutput: false },
  );
  return function (this: unknown, ...args: unknown[]) {
    return (hasContextManager() ? offLoop : (onLoop as AnyFunction)).apply(this, args);
  } as typeof fn;
};

/** What goes in and out of one observed function. */
class Capture {
  readonly #type: LangfuseObservationType;
  readonly #capturesInput: boolean;
  readonly #capturesOutput: boolean;
  readonly #inputs = new CapturePlace();
  readonly #outputs = new CapturePlace();

  constructor(type: LangfuseObservationType, capturesInput: boolean, capturesOutput: boolean) {
    this.#type = type;
    this.#capturesInput = capturesInput;
    this.#capturesOutput = capturesOutput;
  }

  /** Calls `fn` within its observation, whose span is the active one. */
  call(fn: AnyFunction, self: unknown, args: unknown[]): unknown {
    const span = trace.getActiveSpan();
    if (span?.isRecording() !== true) return fn.apply(self, args);
    if (this.#capturesInput) this.#takeInput(span, args);
    if (!this.#capturesOutput) return fn.apply(self, args);
    let result: unknown;
    try {
      result = fn.apply(self, args);
    } catch (error) {
      this.#takeError(span, error);
      throw error;
    }
    if (!(result instanceof Promise)) {
      this.#takeOutput(span, result);
      return result;
    }
    return result.then(
      (value: unknown) => {
        this.#takeOutput(span, value);
        return value;
      },
      (error: unknown) => {
        this.#takeError(span, error);
        throw error;
      },
    );
  }

  #takeInput(span: Span, args: unknown[]): void {
    const input = args.length > 1 ? args : args[0];
    // Theirs leaves out '', 0 and false as well.
    if (!input) return;
    const captured = this.#inputs.capture(span, OBSERVATION_INPUT, input);
    if (captured !== undefined) span.setAttribute(OBSERVATION_INPUT, captured);
  }

  #takeOutput(span: Span, output: unknown): void {
    const captured = this.#outputs.capture(span, OBSERVATION_OUTPUT, output);
    span.setAttributes({ [OBSERVATION_TYPE]: this.#type, [OBSERVATION_OUTPUT]: captured });
  }

  /** All that theirs sets, since it would set the output last. */
  #takeError(span: Span, error: unknown): void {
    try {
      span.setAttributes(
        createObservationAttributes(this.#type, {
          level: 'ERROR',
          statusMessage: (error instanceof Error ? error.message : String(error)) || 'Function threw an error',
          output: { error: String(error) },
        }),
      );
    } catch {
      // It has no text. Theirs throws for that too, and is to do so with the error itself.
    }
  }
}

const PROBE_KEY = createContextKey('offloop context probe');

let knowsContextManager = false;

/** Without one no span is ever active, and there is no way to that of the observation. */
function hasContextManager(): boolean {
  knowsContextManager ||= context.with(ROOT_CONTEXT.setValue(PROBE_KEY, true), () => context.active() !== ROOT_CONTEXT);
  return knowsContextManager;
}
