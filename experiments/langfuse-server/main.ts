import { readNumber, readOptions, runProgram, UsageError } from '../command-line.js';
import { LangfuseServer } from './langfuse-server.js';
import type { LangfuseServerListening } from './protocol.js';

const DEFAULTS = {
  host: '127.0.0.1',
  port: '0',
  decode: 'full',
  'max-kept-span-count': '100000',
  'max-kept-request-count': '16',
  'max-kept-bytes': '134217728',
};

await runProgram('langfuse server', async () => {
  const options = readOptions(DEFAULTS);
  const { decode } = options;
  if (decode !== 'full' && decode !== 'deferred') {
    throw new UsageError(`--decode: expected full or deferred, got '${decode}'`);
  }
  const server = await LangfuseServer.listen({
    host: options.host,
    port: readNumber(options, 'port', { min: 0, max: 65_535 }),
    decode,
    maxKeptSpanCount: readNumber(options, 'max-kept-span-count', { min: 0, max: 10_000_000 }),
    maxKeptRequestCount: readNumber(options, 'max-kept-request-count', { min: 0, max: 10_000 }),
    maxKeptBytes: readNumber(options, 'max-kept-bytes', { min: 0, max: Number.MAX_SAFE_INTEGER }),
  });

  const end = () => {
    void server.close();
    if (process.connected) process.disconnect();
  };
  process.once('SIGTERM', end).once('SIGINT', end).once('disconnect', end);

  const { url, controlUrl } = server;
  const listening: LangfuseServerListening = { type: 'listening', url, controlUrl };
  if (process.send) process.send(listening);
  else process.stdout.write(`langfuse server: ${url} (report ${controlUrl}/report)\n`);
});
