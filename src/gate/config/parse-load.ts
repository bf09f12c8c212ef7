import { OffloopConfigError } from '../../errors.js';
import { expectFields, expectHttpUrl, expectNumber, expectOneKey, expectText, orDefault } from './checks.js';
import { HTTP_LOAD_KEYS } from './exclusive-keys.js';
import { DEFAULTS, type LoadConfig } from './gate-config.js';
import { TIMEOUT } from './ranges.js';
import { expectHeaders } from './secret-maps.js';

/** @throws {OffloopConfigError} naming the key, what was expected and what came. */
export function parseLoad(value: unknown): LoadConfig {
  const known = expectFields('load', value, [...HTTP_LOAD_KEYS, 'command']);
  if (expectOneKey('load', known, ['url', 'command']) === 'command') {
    const fields = expectFields('load', value, ['command']);
    return { type: 'command', command: expectText('load.command', fields['command']) };
  }
  const fields = expectFields('load', value, HTTP_LOAD_KEYS);
  return {
    type: 'http',
    url: expectHttpUrl('load.url', fields['url']),
    method: orDefault(fields['method'], DEFAULTS.method, parseMethod),
    headers: orDefault(fields['headers'], {}, (headers) => expectHeaders('load.headers', headers)),
    body: orDefault(fields['body'], null, (body) => expectText('load.body', body)),
    requestsPerSecond: expectNumber('load.requestsPerSecond', fields['requestsPerSecond'], { min: 0.1, max: 100_000 }),
    requestTimeoutMillis: orDefault(fields['requestTimeoutMillis'], DEFAULTS.requestTimeoutMillis, (millis) =>
      expectNumber('load.requestTimeoutMillis', millis, TIMEOUT),
    ),
  };
}

function parseMethod(value: unknown): string {
  const method = expectText('load.method', value);
  if (/^[A-Z]+$/.test(method)) return method;
  throw new OffloopConfigError('load.method', `expected a method such as GET or POST, got '${method}'`);
}
