import { expect } from 'vitest';
import type { LoopDelayBudgets, LoopDelayMargins } from './vitest/matcher-options.js';
import type { LoopDelayRun } from './vitest/take-snapshots.js';
import { toKeepLoopDelay } from './vitest/to-keep-loop-delay.js';
import { toKeepLoopDelayOf } from './vitest/to-keep-loop-delay-of.js';

export type {
  FigureMargin,
  LoopDelayBudgets,
  LoopDelayFigureName,
  LoopDelayMargins,
} from './vitest/matcher-options.js';
export type { LoopDelayRun } from './vitest/take-snapshots.js';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: an interface is merged only with the type parameters it was declared with.
  interface Matchers<T = any> {
    /**
     * Passes when no figure is above its budget: the medians of the runs.
     *
     * @throws {OffloopConfigError} for an unknown option, a value out of its range, or what can't be measured.
     */
    toKeepLoopDelay(budgets: LoopDelayBudgets): Promise<void>;
    /**
     * Passes when no figure is more than its margin above the reference's. Two functions run in turn and are judged as
     * `offloop gate` judges; two single snapshots are compared as they are.
     *
     * @throws {OffloopConfigError} for an unknown option, a value out of its range, or what can't be measured.
     * @throws {GateError} when the runs are too noisy to tell.
     */
    toKeepLoopDelayOf(reference: LoopDelayRun, margins?: LoopDelayMargins): Promise<void>;
  }
}

expect.extend({ toKeepLoopDelay, toKeepLoopDelayOf });
