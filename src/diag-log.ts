import type { DiagLogger } from '@opentelemetry/api';
import type { OffloopError } from './errors.js';

/** Says a line. Never throws. */
export type Log = (level: 'warn' | 'error', line: string) => void;

/**
 * Where `@opentelemetry/api` 1.x keeps what was registered with any copy of it, so that its copies find each other. Read
 * here rather than through the API: that would have to be loaded first, which takes longer than all the rest of offloop,
 * and a service that is a bundle may have it nowhere but inside.
 */
const API_GLOBALS = Symbol.for('opentelemetry.js.api.1');

/** Says a line through OpenTelemetry's diag logger. Never throws, whatever logger the user has set. */
export const logDiag: Log = (level, line) => {
  try {
    findDiagLogger()?.[level](`offloop: ${line}`);
  } catch {
    // The user's logger failed; its fault must not reach the caller of span.end().
  }
};

const told = new Set<string>();

/**
 * For a set-up by which every span is lost, once: to the diag logger, as an error, or as a warning of the process where
 * nobody has set one.
 */
export function logSetUpFault({ code, message }: OffloopError): void {
  if (told.has(message)) return;
  told.add(message);
  if (findDiagLogger() === undefined) process.emitWarning(`offloop: ${message}`, { code });
  else logDiag('error', message);
}

function findDiagLogger(): DiagLogger | undefined {
  return (globalThis as { [API_GLOBALS]?: { readonly diag?: DiagLogger } })[API_GLOBALS]?.diag;
}
