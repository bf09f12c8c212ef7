// What a claim's measure can do wrong, for run-trial.test.ts.
import { LANGFUSE_KEYS } from '../arms/arm.js';
import type { MeasureCase } from './claim.js';

export const measure: MeasureCase = async ({ case: caseName, settings, seed, baseUrls }) => {
  switch (caseName) {
    case 'throws':
      throw new Error('no such SDK');
    case 'exits':
      return process.exit(3);
    case 'loses':
      return { figures: { callMicros: 1 }, made: { spanCount: 0, eventCount: 2 } };
    default: {
      const { Langfuse } = await import('langfuse');
      const langfuse = new Langfuse({ ...LANGFUSE_KEYS, baseUrl: baseUrls[1] });
      langfuse.trace({ name: 'trace' });
      await langfuse.shutdownAsync();
      return { figures: { callCount: settings['callCount'] ?? 0, seed }, made: { spanCount: 0, eventCount: 1 } };
    }
  }
};
