import { performance } from 'node:perf_hooks';
import { trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type Step, takeTurn, type Wrap } from './traced-tree.js';

const NANOS_PER_MILLI = 1_000_000;
const MILLIS_PER_SECOND = 1_000;

const STEP: Step = { message: 'How do I change the address of my order?', depth: 0 };

export interface GapOrder {
  readonly parentCount: number;
  readonly childCount: number;
  /** Without spans the children's own time is taken by the clock. */
  readonly areChildrenTraced: boolean;
}

/** How much longer each traced parent took by its span than its children together, in milliseconds, sorted. */
export async function measureGaps(
  wrap: Wrap,
  { parentCount, childCount, areChildrenTraced }: GapOrder,
): Promise<Float64Array> {
  const gapsMillis: number[] = [];
  for (let parent = 0; parent < parentCount; parent += 1) {
    const parentSpans: ReadableSpan[] = [];
    const childSpans: ReadableSpan[] = [];
    let untracedMillis = 0;
    const tracedChild = wrap(async (step) => {
      childSpans.push(readActiveSpan());
      return takeTurn(step);
    });
    const untracedChild = async (step: Step) => {
      const startMillis = performance.now();
      await takeTurn(step);
      untracedMillis += performance.now() - startMillis;
    };
    const child = areChildrenTraced ? tracedChild : untracedChild;
    await wrap(async (step) => {
      parentSpans.push(readActiveSpan());
      for (let index = 0; index < childCount; index += 1) await child(step);
      return step;
    })(STEP);
    gapsMillis.push(sumMillis(parentSpans) - sumMillis(childSpans) - untracedMillis);
  }
  return Float64Array.from(gapsMillis).sort();
}

/** The SDK's spans know their duration once they have ended. */
function readActiveSpan(): ReadableSpan {
  const span = trace.getActiveSpan();
  if (span === undefined) throw new Error('expected an active span; is a context manager registered?');
  return span as unknown as ReadableSpan;
}

function sumMillis(spans: readonly ReadableSpan[]): number {
  return spans.reduce(
    (sum, { duration: [seconds, nanos] }) => sum + seconds * MILLIS_PER_SECOND + nanos / NANOS_PER_MILLI,
    0,
  );
}
