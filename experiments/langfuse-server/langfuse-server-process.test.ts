import { expect, it, onTestFinished } from 'vitest';
import { startLangfuseServerProcess } from './langfuse-server-process.js';
import { makeEvent, postBatch } from './sdk-requests.test.data.js';

it('a forked server counts what it gets and is gone after stop, called twice', async () => {
  const server = await startLangfuseServerProcess({ decode: 'deferred', maxKeptSpanCount: 10 });
  onTestFinished(() => server.stop());
  await postBatch(server.url, makeEvent('a'));
  expect(await server.client.report()).toMatchObject({
    traces: { decode: 'deferred' },
    ingestion: { receivedEventCount: 1 },
  });
  await server.stop();
  await server.stop();
  await expect(fetch(`${server.url}/api/public/health`)).rejects.toThrow();
});

it('a forked server that hangs on a request still stops', async () => {
  const server = await startLangfuseServerProcess();
  onTestFinished(() => server.stop());
  await server.client.setBehaviour('ingestion', { hang: {} });
  const request = postBatch(server.url, makeEvent('a'));
  request.catch(() => {});
  await expect.poll(async () => (await server.client.report()).requests.ingestion.hungCount).toBe(1);
  await server.stop();
  await expect(request).rejects.toThrow();
});

it('a forked server that cannot start says why', async () => {
  const failure = startLangfuseServerProcess({ maxKeptBytes: -1 });
  await expect(failure).rejects.toThrow(/--max-kept-bytes: expected a whole number from 0 to \d+, got '-1'/);
});
