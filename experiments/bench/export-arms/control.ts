import type { ExportArm } from './export-arm.js';

/** Spans end and go nowhere: what the loop itself costs. */
export function createArm(): ExportArm {
  let endedSpanCount = 0;
  return {
    processor: {
      onStart() {},
      onEnd() {
        endedSpanCount += 1;
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    },
    deliveredSpanCount: () => endedSpanCount,
  };
}
