import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { describeError } from './describe-error.js';

test.each([
  [new Error('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
  [new Error('first\nsecond'), 'first'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
  [
    Object.assign(new AggregateError([new Error('one'), new Error('another')]), { code: 'ECONNREFUSED' }),
    'ECONNREFUSED',
  ],
  [new Error(''), ''],
])('%j is told in one line', (error, line) => {
  expect(describeError(error)).toBe(line);
});

test('a host with several addresses, none of which answers, is told by its code', async () => {
  // Listens and closes at once: nothing else is likely to take the port within the test.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  const socket = createConnection({
    port,
    host: 'several.invalid',
    autoSelectFamily: true,
    lookup: (_host, _options, answer) =>
      answer(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '127.0.0.2', family: 4 },
      ]),
  });
  const [error] = await once(socket, 'error');
  expect(error).toBeInstanceOf(AggregateError);
  expect(describeError(error)).toBe('ECONNREFUSED');
});
