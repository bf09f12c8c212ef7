import { capitalize } from '#gate/output/capitalize';
import { concludeAutoFlush } from '../runner/auto-flush-verdict.js';
import type { Run } from '../runner/run-record.js';

/** Of the document's claim that the run's scenario answers; null where it answers none. */
export function describeVerdict(run: Run): string | null {
  const verdict = concludeAutoFlush(run);
  return verdict && `${capitalize(verdict.status)}: ${verdict.sentence}`;
}
