import { describe, expect, it } from 'vitest';
import { readMatrixOrder } from './matrix-order.js';

/** After which the SDK's batch processor and Langfuse's export what they have, however little. */
const LONGEST_SCHEDULED_DELAY_MILLIS = 5_000;

describe('a run of the matrix', () => {
  it.each([[[]], [['--reference']]])('lasts until small batches too have been exported: %j', (words) => {
    const { size } = readMatrixOrder(words);
    expect(size.warmUpMillis + size.measuredMillis).toBeGreaterThan(LONGEST_SCHEDULED_DELAY_MILLIS);
  });
});
