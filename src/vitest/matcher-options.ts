import { OffloopConfigError } from '../errors.js';
import { expectFields, expectNumber } from '../gate/config/checks.js';
import { DEFAULTS, type FigureRule } from '../gate/config/gate-config.js';
import { FIGURE_NAMES, type FigureName } from '../gate/figures.js';
import { countFewestPairs } from '../gate/statistics/decision.js';
import { planOneLook } from '../gate/verdict/look-plan.js';

/** What can be asked of a function or a snapshot. Each name says its unit; utilization is a fraction from 0 to 1. */
export type LoopDelayFigureName = Exclude<FigureName, 'latencyP99Millis'>;

/** How functions are run; snapshots are taken as they are. */
interface RunCounts {
  /**
   * How often a function is measured, each time in a window of its own.
   *
   * @default 3 against budgets, 10 against a reference; from 1, against a reference from 6
   */
  readonly repeatCount?: number;
  /** How often it runs before, unmeasured, for the compiler to have seen it. @default 1, from 0 */
  readonly warmUpCount?: number;
}

/** The most that a figure may be, in its own unit; at least one. */
export interface LoopDelayBudgets extends RunCounts, Readonly<Partial<Record<LoopDelayFigureName, number>>> {}

/** What a figure may be above the reference's; of two margins the larger one counts. */
export interface FigureMargin {
  /** In the figure's own unit. */
  readonly absoluteMargin?: number;
  /** As a fraction of the reference's median. */
  readonly relativeMargin?: number;
}

/** Where no figure is named: `arrivalWeightedP99Millis`, 2 ms or 20 %. */
export interface LoopDelayMargins extends RunCounts, Readonly<Partial<Record<LoopDelayFigureName, FigureMargin>>> {}

/** Checked, with its defaults. */
export interface MatcherOptions<Limit> {
  readonly limits: readonly (readonly [LoopDelayFigureName, Limit])[];
  readonly counts: Required<RunCounts>;
}

const NAMES = FIGURE_NAMES.filter((name): name is LoopDelayFigureName => name !== 'latencyP99Millis');
const COUNT_NAMES = ['repeatCount', 'warmUpCount'];
const MARGIN_NAMES = ['absoluteMargin', 'relativeMargin'];
const MAX_COUNT = 10_000;
const MAX_LIMIT = 1e9;

/** @throws {OffloopConfigError} */
export function readBudgets(value: unknown): MatcherOptions<number> {
  const fields = expectFields('toKeepLoopDelay', value, [...NAMES, ...COUNT_NAMES]);
  const limits = NAMES.filter((name) => fields[name] !== undefined).map(
    (name) => [name, expectNumber(name, fields[name], { min: 0, max: MAX_LIMIT })] as const,
  );
  if (limits.length === 0) {
    throw new OffloopConfigError('toKeepLoopDelay', `expected at least one of ${NAMES.join(', ')}, got none of them`);
  }
  return { limits, counts: readCounts(fields, 3, 1) };
}

/** @throws {OffloopConfigError} */
export function readMargins(value: unknown = {}): MatcherOptions<FigureRule> {
  const fields = expectFields('toKeepLoopDelayOf', value, [...NAMES, ...COUNT_NAMES]);
  const named = NAMES.filter((name) => fields[name] !== undefined).map(
    (name) => [name, readMargin(name, fields[name])] as const,
  );
  const defaults = [['arrivalWeightedP99Millis', DEFAULTS.figures.arrivalWeightedP99Millis]] as const;
  const limits = named.length > 0 ? named : defaults;
  const fewestCount = countFewestPairs(planOneLook(limits.length).finalConfidence);
  return { limits, counts: readCounts(fields, 10, fewestCount) };
}

function readMargin(name: string, value: unknown): FigureRule {
  const fields = expectFields(name, value, MARGIN_NAMES);
  const [absoluteMargin = null, relativeMargin = null] = MARGIN_NAMES.map((key) =>
    fields[key] === undefined ? null : expectNumber(`${name}.${key}`, fields[key], { min: 0, max: MAX_LIMIT }),
  );
  if (absoluteMargin !== null || relativeMargin !== null) return { absoluteMargin, relativeMargin, budget: null };
  throw new OffloopConfigError(name, `expected ${MARGIN_NAMES.join(' or ')}, got neither`);
}

function readCounts(fields: Readonly<Record<string, unknown>>, repeatCount: number, min: number): Required<RunCounts> {
  const range = { max: MAX_COUNT, isWhole: true };
  return {
    repeatCount: expectNumber('repeatCount', fields['repeatCount'] ?? repeatCount, { min, ...range }),
    warmUpCount: expectNumber('warmUpCount', fields['warmUpCount'] ?? 1, { min: 0, ...range }),
  };
}
