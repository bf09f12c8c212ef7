import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

let api: typeof import('@opentelemetry/api') | undefined;

/**
 * Says a line through OpenTelemetry's diag logger. Never throws, whatever logger the user has set.
 *
 * `@opentelemetry/api` is loaded with the first line and not with offloop, which it takes longer to load than all the
 * rest where nobody has loaded it before.
 */
export function logDiag(level: 'warn' | 'error', line: string): void {
  try {
    api ??= require('@opentelemetry/api') as typeof import('@opentelemetry/api');
    api.diag[level](`offloop: ${line}`);
  } catch {
    // The user's logger failed; its fault must not reach the caller of span.end().
  }
}
