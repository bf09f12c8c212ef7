import type { Scenario } from '../runner/scenario.js';
import { compare } from './compare.js';
import { controls } from './controls.js';
import { exportArms } from './export-arms.js';
import { langfuse, langfuseRare } from './langfuse.js';
import { AUTO_FLUSH_SCENARIOS } from './m6-auto-flush.js';

export const SCENARIOS: readonly Scenario[] = [
  compare,
  controls,
  langfuse,
  langfuseRare,
  exportArms,
  ...AUTO_FLUSH_SCENARIOS,
];
