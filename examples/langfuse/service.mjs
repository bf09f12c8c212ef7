// node examples/langfuse/service.mjs PROCESSOR: the service itself, with LANGFUSE_* as anywhere. POST /webhook.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { startTracing } from './tracing.mjs';
import { answerWebhook } from './webhook.mjs';

const provider = startTracing(process.argv[2] ?? 'offloop');

const server = createServer(async (request, response) => {
  try {
    if (request.method !== 'POST' || request.url !== '/webhook') return response.writeHead(404).end();
    const answer = await answerWebhook(await json(request));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
console.error(`service: ${url}/webhook`);
process.send?.({ url });

async function stop() {
  server.close();
  server.closeIdleConnections();
  // Delivers what has ended, media included.
  await provider.shutdown();
  if (process.connected) process.disconnect();
}
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
process.once('disconnect', stop);
