import { type ArmName, isArmName } from '../arms/index.js';
import type { Scenario, TrialSize } from '../runner/scenario.js';
import { CONTROL_ARM, comparedArm } from '../runner/scenario-arms.js';
import {
  AXIS_NAMES,
  type AxisName,
  CAPTURE_LEVELS,
  type CoreLevel,
  REFERENCE_ARMS,
  REQUEST_RATES,
  SPAN_COUNTS,
} from './axes.js';
import type { DesignRow } from './design/design.js';
import { parseWorkload, type Workload } from './workload/workload.js';

/** One point of the design: a level of each axis. Its trials are the control, the arm it is about, and offloop. */
export interface MatrixCell {
  /** From 0; the seed of its requests follows from it. */
  readonly index: number;
  readonly levels: CellLevels;
}

export type CellLevels = Readonly<Record<AxisName, string>>;

/** The least the load generator's requests have: the payload is the service's own. */
const REQUEST_CHARACTERS = 200;

export function listCells(design: readonly DesignRow[]): MatrixCell[] {
  return design.map((row, index) => ({
    index,
    levels: Object.fromEntries(AXIS_NAMES.map((axis) => [axis, row[axis] ?? ''])) as Record<AxisName, string>,
  }));
}

/** @throws {RangeError} when the cell is of a lab that has other arms. */
export function readArmName({ levels }: MatrixCell): ArmName {
  const { exporter } = levels;
  if (isArmName(exporter)) return exporter;
  throw new RangeError(`expected an arm of this lab, got '${exporter}'; record the matrix again`);
}

export function hasOneCore({ levels }: MatrixCell): boolean {
  return levels.cores === ('1' satisfies CoreLevel);
}

/** A cell as a scenario of its own: what the lab's trials are run by. @throws {Error} for levels that are none. */
export function describeCell(cell: MatrixCell, size: TrialSize): Scenario {
  const { levels } = cell;
  const arms = [CONTROL_ARM, ...[...REFERENCE_ARMS.slice(1), readArmName(cell)].map(comparedArm)];
  return {
    name: 'matrix',
    title: nameCell(cell),
    arms,
    application: 'workload',
    workload: readWorkload(levels),
    load: {
      requestsPerSecond: readLevel(REQUEST_RATES, levels.load),
      language: 'en',
      promptCharacters: REQUEST_CHARACTERS,
      completionCharacters: 1,
    },
    // A cell of the matrix may well be more than its arm can take: then it is measured behind its load, and its losses
    // are shown beside its delay.
    mayOverload: true,
    droppingArms: arms.map(({ label }) => label),
    ...(hasOneCore(cell) ? { serviceCoreCount: 1 as const } : {}),
    sizes: { standard: size, quick: size, reference: size },
  };
}

export function nameCell({ levels }: MatrixCell): string {
  return AXIS_NAMES.map((axis) => levels[axis]).join(', ');
}

export function readWorkload(levels: CellLevels): Workload {
  return parseWorkload(
    JSON.stringify({
      instrumentation: levels.instrumentation,
      ...readLevel(CAPTURE_LEVELS, levels.capture),
      payloadKind: levels.kind,
      spanCount: readLevel(SPAN_COUNTS, levels.spans),
    }),
  );
}

function readLevel<Value>(values: Readonly<Record<string, Value>>, level: string): Value {
  const value = values[level];
  if (value !== undefined) return value;
  throw new RangeError(`expected one of ${Object.keys(values).join(', ')}, got '${level}'; record the matrix again`);
}
