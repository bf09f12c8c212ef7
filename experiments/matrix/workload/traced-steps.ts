import { observe, updateActiveObservation } from '@langfuse/tracing';
import { type Attributes, trace } from '@opentelemetry/api';
import { GEN_AI, SCOPE_NAME, USER_ID } from '../../service/attributes.js';
import type { Capture, Workload } from './workload.js';

/** What somebody keeps who finds the whole too long. */
const CUT_CHARACTERS = 200;
const ANSWER = 'Under "Orders", choose the order, then "Change address".';
const MODEL_NAME = 'lab-chat';

/** What a request does: one step that is given the payload, and small ones, inside one that is the request. */
export type RunSteps = (payload: object, turn: number) => string;

/** The first span of a request holds the others, the second one has the payload. */
export function createTracedSteps({ instrumentation, capture, spanCount }: Workload): RunSteps {
  const smallCount = spanCount - 2;
  return instrumentation === 'observe' ? observeSteps(capture, smallCount) : makeSpans(capture, smallCount);
}

function makeSpans(capture: Capture, smallCount: number): RunSteps {
  const tracer = trace.getTracer(SCOPE_NAME);
  return (payload, turn) =>
    tracer.startActiveSpan('answer', { attributes: describeTurn(capture, turn) }, (request) => {
      tracer.startActiveSpan('generate', { attributes: describeTurn(capture, turn) }, (generation) => {
        const text = captureText(capture, payload);
        if (text !== undefined) generation.setAttribute(GEN_AI.inputMessages, text);
        if (capture === 'full') generation.setAttribute(GEN_AI.outputMessages, ANSWER);
        generation.end();
      });
      for (let step = 0; step < smallCount; step += 1) {
        tracer.startActiveSpan('step', { attributes: describeTurn(capture, turn) }, (span) => span.end());
      }
      request.end();
      return ANSWER;
    });
}

function observeSteps(capture: Capture, smallCount: number): RunSteps {
  const captureNothing = { captureInput: false, captureOutput: false };
  const describe = (turn: number) => {
    if (capture !== 'none') updateActiveObservation({ metadata: { ...describeTurn(capture, turn) } });
  };
  const generate = observe(
    (payload: object, turn: number) => {
      describe(turn);
      if (capture === 'cut') updateActiveObservation({ input: captureText(capture, payload) });
      return ANSWER;
    },
    {
      name: 'generate',
      asType: 'generation',
      captureInput: capture === 'full',
      captureOutput: capture === 'full',
    },
  );
  const takeStep = observe(describe, { name: 'step', ...captureNothing });
  return observe(
    (payload: object, turn: number) => {
      describe(turn);
      const answer = generate(payload, turn);
      for (let step = 0; step < smallCount; step += 1) takeStep(turn);
      return answer;
    },
    { name: 'answer', ...captureNothing },
  );
}

/** Undefined where no text is kept. */
function captureText(capture: Capture, payload: object): string | undefined {
  if (capture === 'full') return JSON.stringify(payload);
  return capture === 'cut' ? JSON.stringify(payload).slice(0, CUT_CHARACTERS) : undefined;
}

/** What every span says beside its name, unless nothing is captured. */
function describeTurn(capture: Capture, turn: number): Attributes {
  if (capture === 'none') return {};
  return {
    [GEN_AI.operationName]: 'chat',
    [GEN_AI.requestModel]: MODEL_NAME,
    [GEN_AI.conversationId]: `conversation-${turn % 500}`,
    [GEN_AI.usageInputTokens]: 900 + (turn % 4_000),
    [GEN_AI.usageOutputTokens]: 200 + (turn % 900),
    [USER_ID]: `user-${turn % 200}`,
  };
}
