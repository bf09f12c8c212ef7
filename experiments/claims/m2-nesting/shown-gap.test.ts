import { context, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TREE_SHAPES } from './cases.js';
import { measureGaps } from './shown-gap.js';
import { countSpans, growTree, WRAPS } from './traced-tree.js';

const names: string[] = [];

beforeAll(() => {
  const counting = {
    onStart() {},
    onEnd: ({ name }: { name: string }) => names.push(name),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  new NodeTracerProvider({ spanProcessors: [counting] }).register();
});

afterAll(() => {
  trace.disable();
  context.disable();
});

const TURN_MILLIS = 10;
const CHILD_COUNT = 20;

/** What a parent shows where each turn of the loop, which is what a child takes, is a long one. */
async function measureBusyGap(areChildrenTraced: boolean): Promise<number> {
  let timer = setImmediate(occupy);
  function occupy() {
    const startMillis = performance.now();
    while (performance.now() - startMillis < TURN_MILLIS);
    timer = setImmediate(occupy);
  }
  try {
    const order = { parentCount: 1, childCount: CHILD_COUNT, areChildrenTraced };
    const [gapMillis = Number.NaN] = await measureGaps(WRAPS['manual span'], order);
    return gapMillis;
  } finally {
    clearImmediate(timer);
  }
}

describe('measureGaps', () => {
  it.each([true, false])('leaves out the time of the children; traced: %s', async (areChildrenTraced) => {
    const gapMillis = await measureBusyGap(areChildrenTraced);
    expect(gapMillis).toBeGreaterThan(0);
    expect(gapMillis).toBeLessThan((CHILD_COUNT * TURN_MILLIS) / 2);
  });
});

describe('growTree', () => {
  it.each(TREE_SHAPES)('makes the spans of $name, with each instrumentation', async (shape) => {
    for (const wrap of [WRAPS.observe, WRAPS.startActiveObservation, WRAPS['manual span']]) {
      names.length = 0;
      await growTree(wrap, shape)();
      expect(names).toHaveLength(countSpans(shape));
    }
  });
});
