import type { Scenario } from '../runner/scenario.js';
import { compare } from './compare.js';
import { controls } from './controls.js';
import { langfuse, langfuseRare } from './langfuse.js';

export const SCENARIOS: readonly Scenario[] = [compare, controls, langfuse, langfuseRare];
