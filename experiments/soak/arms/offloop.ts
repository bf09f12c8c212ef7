import { WorkerSpanProcessor } from 'offloop';
import type { ServiceSettings } from '../protocol.js';
import type { SoakArm } from './soak-arm.js';

export function createArm({ tracesUrl, maxQueueBytes, exportTimeoutMillis }: ServiceSettings): SoakArm {
  const processor = new WorkerSpanProcessor({ exporter: { url: tracesUrl }, maxQueueBytes, exportTimeoutMillis });
  return {
    processor,
    readTally: async () => {
      const stats = processor.stats();
      return {
        accepted: stats.acceptedSpanCount,
        exported: stats.exportedSpanCount,
        failed: stats.failedSpanCount,
        dropped: stats.droppedSpanCount,
        pending: stats.pendingSpanCount,
      };
    },
    readPendingBytes: () => processor.stats().pendingBytes,
  };
}
