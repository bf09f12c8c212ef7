// vitest itself is the checkout's, below which the folders of the cells lie.
import type { LoopDelayBudgets } from 'offloop/vitest';
import { expect } from 'vitest';

export const judge = (run: () => void, budgets: LoopDelayBudgets): Promise<void> =>
  expect(run).toKeepLoopDelay(budgets);
