import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give to connections, and to servers that leave the choice to them: Linux begins at 32768. */
export const FIRST_FREE_PORT = 20_000;
const PORT_COUNT = 12_000;
const MAX_ATTEMPT_COUNT = 200;

let offset = randomInt(PORT_COUNT);

/**
 * A port of 127.0.0.1 that nobody listens on, for a program that can't choose its own or must come back to the one it had.
 * A connection that somebody opens meanwhile can't take it; a process gives none out twice, to calls at once neither.
 *
 * @throws When so many in a row are taken.
 */
export async function findFreePort(): Promise<number> {
  for (let attemptCount = 0; attemptCount < MAX_ATTEMPT_COUNT; attemptCount += 1) {
    offset = (offset + 1) % PORT_COUNT;
    const port = FIRST_FREE_PORT + offset;
    if (await isFree(port)) return port;
  }
  throw new Error(`expected a free port of 127.0.0.1, got ${MAX_ATTEMPT_COUNT} in a row that are taken`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  await new Promise((closed) => server.close(closed));
  return true;
}
