import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppRoots, type StartedSpanIds } from './app-root.js';

const TRACE_ID = 'a'.repeat(32);
const OTHER_TRACE_ID = 'b'.repeat(32);

function claim(traceId: string | undefined) {
  if (traceId === undefined) return ROOT_CONTEXT;
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ langfuse_trace_id: { value: traceId } }));
}

/** What `LangfuseSpanProcessor` 5.11.1 does, with its map that never forgets. */
class UnboundedAppRoots {
  readonly #expected = new Map<string, boolean>();

  start({ traceId, spanId, parentSpanId }: StartedSpanIds, isExpected: boolean, claimedTraceId?: string): boolean {
    const isParentExpected = parentSpanId !== undefined && this.#expected.get(parentSpanId) === true;
    this.#expected.set(spanId, isExpected);
    return isExpected && !isParentExpected && claimedTraceId !== traceId;
  }

  end(spanId: string): void {
    this.#expected.delete(spanId);
  }
}

const ROOM = 8;

type Step =
  | { readonly end: number }
  | { readonly parent: number; readonly isExpected: boolean; readonly claimed: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ end: fc.nat({ max: 30 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        parent: fc.integer({ min: -1, max: 30 }),
        isExpected: fc.boolean(),
        claimed: fc.nat({ max: 2 }),
      }),
    },
  ),
  { maxLength: 60 },
);

describe('app roots', () => {
  it('are those of the official processor while there are no more open spans than there is room for', () => {
    fc.assert(
      fc.property(steps, (drawn) => {
        const bounded = new AppRoots(ROOM);
        const unbounded = new UnboundedAppRoots();
        const open = new Set<number>();
        let startedCount = 0;
        for (const step of drawn) {
          if ('end' in step) {
            open.delete(step.end);
            bounded.end(`span ${step.end}`);
            unbounded.end(`span ${step.end}`);
          } else if (open.size < ROOM) {
            const claimedTraceId = [undefined, TRACE_ID, OTHER_TRACE_ID][step.claimed];
            const ids = {
              traceId: TRACE_ID,
              spanId: `span ${startedCount}`,
              parentSpanId: step.parent < 0 ? undefined : `span ${step.parent}`,
            };
            open.add(startedCount++);
            expect(bounded.start(ids, step.isExpected, claim(claimedTraceId))).toBe(
              unbounded.start(ids, step.isExpected, claimedTraceId),
            );
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('forget the oldest of the spans that never end', () => {
    const roots = new AppRoots(ROOM);
    let mostSpanCount = 0;
    for (let index = 0; index < 100; index++) {
      roots.start({ traceId: TRACE_ID, spanId: `span ${index}`, parentSpanId: undefined }, true, ROOT_CONTEXT);
      mostSpanCount = Math.max(mostSpanCount, roots.spanCount);
    }
    const startChildOf = (parent: number) =>
      roots.start({ traceId: TRACE_ID, spanId: 'child', parentSpanId: `span ${parent}` }, true, ROOT_CONTEXT);
    expect(mostSpanCount).toBe(2 * ROOM);
    expect(startChildOf(99)).toBe(false);
    roots.end('child');
    expect(startChildOf(100 - ROOM)).toBe(false);
    roots.end('child');
    expect(startChildOf(0)).toBe(true);
  });

  it('remember nothing of spans that go elsewhere', () => {
    const roots = new AppRoots();
    roots.start({ traceId: TRACE_ID, spanId: 'http', parentSpanId: undefined }, false, ROOT_CONTEXT);
    expect(roots.spanCount).toBe(0);
  });
});
