import { type HeadersModuleSettings, REPLY_GRACE_MILLIS } from '../src/protocol.js';
import { findExport, importModule } from './import-module.js';
import { limitTime } from './time-limit.js';

type Headers = Readonly<Record<string, string>>;

/** Before the main thread takes the worker for stuck, even where an export has no time at all. */
const TIMEOUT_MILLIS = REPLY_GRACE_MILLIS - 1_000;

/**
 * A function for the official exporters, which ask it before each request.
 *
 * @param headers Sent as well; what the module answers wins.
 * @throws {Error} when the module can't be loaded, or has no such function.
 */
export async function loadHeaders(
  { module, exportName }: HeadersModuleSettings,
  headers: Headers | undefined,
): Promise<() => Promise<Record<string, string>>> {
  const exports = await importModule('exporter.headersModule', module);
  const readHeaders = findExport(exports, exportName);
  if (typeof readHeaders !== 'function') {
    throw new Error(
      `exporter.headersModule: expected a function named '${exportName}' in '${module}', which exports ${Object.keys(exports).join(', ')}`,
    );
  }
  return async () => ({ ...headers, ...(await ask(readHeaders as () => unknown)) });
}

async function ask(readHeaders: () => unknown): Promise<Headers> {
  const answer = Promise.resolve()
    .then(readHeaders)
    .catch((error: unknown) => {
      // Not its words: they may quote a credential.
      const name = error instanceof Error ? error.name : typeof error;
      throw new Error(`exporter.headersModule: its function threw (${name})`);
    });
  const late = Symbol('late');
  const headers: unknown = await limitTime<unknown>(answer, TIMEOUT_MILLIS, () => late);
  if (headers === late) {
    throw new Error(`exporter.headersModule: its function did not answer within ${TIMEOUT_MILLIS} ms`);
  }
  if (
    typeof headers === 'object' &&
    headers !== null &&
    Object.values(headers).every((text) => typeof text === 'string')
  ) {
    return headers as Headers;
  }
  throw new Error('exporter.headersModule: expected its function to answer an object of header names and texts');
}
