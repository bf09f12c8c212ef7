import { getGlobalLogger } from '@langfuse/core';
import type { Log } from '../diag-log.js';

/**
 * Says a line through Langfuse's own logger, which prints without being set up: who has changed one line looks there. Never
 * throws, whatever the console has been patched with.
 */
export const logLangfuse: Log = (level, line) => {
  try {
    // Asked for each line: configureGlobalLogger replaces it.
    getGlobalLogger()[level](`offloop: ${line}`);
  } catch {
    // The fault of a logger must not reach the caller of span.end().
  }
};
