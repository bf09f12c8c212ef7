import { expect, expectTypeOf, it } from 'vitest';
import type { LoopDelayBudgets, LoopDelayMargins, LoopDelayRun } from '../src/vitest.js';

it('adds the matchers to expect', () => {
  const assertion = expect(() => {});
  expectTypeOf(assertion.toKeepLoopDelay).parameters.toEqualTypeOf<[LoopDelayBudgets]>();
  expectTypeOf(assertion.not.toKeepLoopDelayOf).parameter(0).toEqualTypeOf<LoopDelayRun>();
  expectTypeOf(assertion.not.toKeepLoopDelayOf).parameter(1).toEqualTypeOf<LoopDelayMargins | undefined>();
  expectTypeOf<ReturnType<typeof assertion.toKeepLoopDelay>>().toEqualTypeOf<Promise<void>>();
});

it('takes the figures that a loop has', () => {
  expectTypeOf<{ arrivalWeightedP99Millis: number; repeatCount: number }>().toExtend<LoopDelayBudgets>();
  // @ts-expect-error: a function has no latency
  const budgets: LoopDelayBudgets = { latencyP99Millis: 5 };
  // @ts-expect-error: a margin says whether it is absolute
  const margins: LoopDelayMargins = { arrivalWeightedP99Millis: 5 };
  expectTypeOf([budgets, margins]).not.toBeAny();
});
