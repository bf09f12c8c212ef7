import { createArm as createExportArm } from '../../bench/export-arms/control.js';
import type { SoakArm } from './soak-arm.js';

/** Spans end and go nowhere; they count as dropped. */
export function createArm(): SoakArm {
  const { processor, deliveredSpanCount } = createExportArm();
  return {
    processor,
    readTally: async () => {
      const accepted = deliveredSpanCount();
      return { accepted, exported: 0, failed: 0, dropped: accepted, pending: 0 };
    },
    readPendingBytes: () => 0,
  };
}
