import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Says a line. Never throws. */
export type Log = (level: 'warn' | 'error', line: string) => void;

let api: typeof import('@opentelemetry/api') | undefined;

/**
 * Says a line through OpenTelemetry's diag logger. Never throws, whatever logger the user has set.
 *
 * `@opentelemetry/api` is loaded with the first line and not with offloop, which it takes longer to load than all the
 * rest where nobody has loaded it before.
 */
export const logDiag: Log = (level, line) => {
  try {
    api ??= require('@opentelemetry/api') as typeof import('@opentelemetry/api');
    api.diag[level](`offloop: ${line}`);
  } catch {
    // The user's logger failed; its fault must not reach the caller of span.end().
  }
};
