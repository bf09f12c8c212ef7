import type { Scenario } from '../runner/scenario.js';
import { compare } from './compare.js';

export const SCENARIOS: readonly Scenario[] = [compare];
