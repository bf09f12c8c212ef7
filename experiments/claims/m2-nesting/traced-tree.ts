import { setImmediate } from 'node:timers/promises';
import { observe, startActiveObservation } from '@langfuse/tracing';
import { trace } from '@opentelemetry/api';
import { GEN_AI } from '../../service/attributes.js';
import type { Instrumentation, TreeShape } from './cases.js';

export interface Step {
  readonly message: string;
  readonly depth: number;
}

export type Run = (step: Step) => Promise<Step>;

/** Gives a function a span of its own; `untraced` leaves it as it is. */
export type Wrap = (run: Run) => Run;

const NAME = 'step';
const MESSAGE = 'How do I change the address of my order?';

const tracer = trace.getTracer('offloop-lab-claims');

export const WRAPS: Readonly<Record<Instrumentation | 'untraced', Wrap>> = {
  untraced: (run) => run,
  observe: (run) => observe(run, { name: NAME }),
  startActiveObservation: (run) => (step) =>
    startActiveObservation(NAME, async (span) => {
      span.update({ input: step });
      const output = await run(step);
      span.update({ output });
      return output;
    }),
  'manual span': (run) => (step) =>
    tracer.startActiveSpan(NAME, async (span) => {
      try {
        // Langfuse takes other tracers' spans only where they have such an attribute.
        span.setAttributes({ [GEN_AI.operationName]: 'execute_tool', [GEN_AI.inputMessages]: step.message });
        return await run(step);
      } finally {
        span.end();
      }
    }),
};

/** A turn of the loop, as a service waits for something in each step. */
export async function takeTurn(step: Step): Promise<Step> {
  await setImmediate();
  return step;
}

/** One request: a parent and below it the tree. */
export function growTree(wrap: Wrap, { width, depth }: TreeShape): () => Promise<Step> {
  const child = wrap(async (step) => (step.depth < depth ? child({ ...step, depth: step.depth + 1 }) : takeTurn(step)));
  const parent = wrap(async (step) => {
    for (let index = 0; index < width; index += 1) await child({ ...step, depth: 1 });
    return step;
  });
  return () => parent({ message: MESSAGE, depth: 0 });
}

/** With the parent. */
export function countSpans({ width, depth }: TreeShape): number {
  return 1 + width * depth;
}
