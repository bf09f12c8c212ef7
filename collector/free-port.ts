import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Free a moment ago: a Collector that restarts must come back to the port it had, so it can't be left to choose. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
