import { PAYLOADS } from './payloads.js';
import type { SectionName, TrialRecord } from './trial.js';

export function recordOf(
  section: SectionName,
  arm: string,
  column: string,
  figures: TrialRecord['figures'],
  round = 0,
): TrialRecord {
  return { section, arm, column, round, figures, task: { type: 'allocations', arm: 'offloop', payload: PAYLOADS.S } };
}
