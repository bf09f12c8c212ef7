import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findFreePort } from './free-port.js';

it('gives ports that can be listened on, each once, at once and in a row, and none that the system gives to connections', async () => {
  const ports: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    ports.push(...(await Promise.all(Array.from({ length: 5 }, () => findFreePort()))));
  }
  expect(new Set(ports).size).toBe(50);
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(20_000);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

it('passes over a port that is taken', async () => {
  // It looks at them in order, so that the next is known but at the end of the range.
  const port = await findFreePort();
  const server = createServer();
  await once(server.listen(port + 1, '127.0.0.1'), 'listening');
  try {
    expect(await findFreePort()).not.toBe(port + 1);
  } finally {
    server.close();
  }
});
