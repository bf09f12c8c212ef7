import { describeInjectedBlocks } from '../runner/conclusion.js';
import type { ScenarioArm } from '../runner/scenario.js';
import { DEARER_ARM, REPEAT_ARM } from './power-scenario.js';

/** For a table: its label, and what was done to the service. */
export function nameCandidate({ label, injectedBlocks }: ScenarioArm): string {
  if (injectedBlocks !== null) return `${label}: ${describeInjectedBlocks(injectedBlocks)}`;
  if (label === REPEAT_ARM.label) return `${label}: the same`;
  return label === DEARER_ARM.label ? `${label}: encoder 30 % dearer` : label;
}
