import type { ComparisonTable } from '../report/comparison.js';
import { type Choice, listChoiceEffects } from './choices.js';
import type { DesignAxis } from './design/design-axis.js';
import { findAxis, micros } from './effect-tables.js';
import { type AddedMeans, type ComparedOutcome, type Effect, listLevelEffects } from './effects.js';

/** CPU and memory that the arms add to the control's, and offloop in the same cells: by what a service is like. */
export function tabulateChoiceCosts(choices: readonly Choice[], cells: readonly ComparedOutcome[]): ComparisonTable {
  return {
    title: 'What it costs: CPU, µs a request, and memory, MiB, added to the control',
    head: nameColumns('spans with', 'others'),
    rows: listChoiceEffects(choices, cells).flatMap(({ title, effect }) =>
      effect === null ? [] : [[title, ...describeCosts(effect)]],
    ),
  };
}

/** The same by arm. */
export function tabulateExporterCosts(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): ComparisonTable {
  return {
    title: 'What each arm costs: CPU, µs a request, and memory, MiB, added to the control',
    head: nameColumns('arm', 'arm'),
    rows: listLevelEffects(findAxis(axes, 'exporter'), cells).map(({ level, ...effect }) => [
      level,
      ...describeCosts(effect),
    ]),
  };
}

function nameColumns(first: string, others: string): string[] {
  return [first, 'cells', ...[others, 'offloop'].flatMap((arm) => [`${arm}: main`, 'all threads', 'RSS'])];
}

function describeCosts({ cellCount, arm, offloop }: Effect): string[] {
  return [String(cellCount), ...[arm, offloop].flatMap(describeMeans)];
}

function describeMeans({ cpuMicrosPerRequest, processCpuMicrosPerRequest, residentMebibytes }: AddedMeans): string[] {
  return [micros(cpuMicrosPerRequest), micros(processCpuMicrosPerRequest), residentMebibytes.toFixed(0)];
}
