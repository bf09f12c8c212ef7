import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readNumber, readOptions, runProgram } from '../command-line.js';
import type { ModelServerReport } from './protocol.js';
import { createModelServer } from './server.js';

const DEFAULTS = {
  host: '127.0.0.1',
  port: '0',
  'time-to-first-token-millis': '20',
  'inter-chunk-delay-millis': '5',
  'chunk-count': '16',
};

const DELAY_RANGE = { min: 0, max: 60_000 };

await runProgram('model server', async () => {
  const options = readOptions(DEFAULTS);
  const server = createModelServer({
    timeToFirstTokenMillis: readNumber(options, 'time-to-first-token-millis', DELAY_RANGE),
    interChunkDelayMillis: readNumber(options, 'inter-chunk-delay-millis', DELAY_RANGE),
    pieceCount: readNumber(options, 'chunk-count', { min: 1, max: 10_000 }),
  });
  server.listen(readNumber(options, 'port', { min: 0, max: 65_535 }), options.host);
  await once(server, 'listening');

  const end = () => {
    server.close();
    server.closeAllConnections();
    if (process.connected) process.disconnect();
  };
  process.once('SIGTERM', end).once('SIGINT', end).once('disconnect', end);

  const { address, port } = server.address() as AddressInfo;
  const report: ModelServerReport = { type: 'ready', url: `http://${address}:${port}` };
  if (process.send) process.send(report);
  else process.stdout.write(`model server: ${report.url}\n`);
});
