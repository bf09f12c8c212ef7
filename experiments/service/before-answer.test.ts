import { afterEach, expect, it } from 'vitest';
import { ask, Bench, finish, REQUEST, SPANS_A_REQUEST } from './test-bench.js';

const bench = new Bench();

afterEach(() => bench.close());

it('the chat service waits for its arm before it answers, and makes no span of that', async () => {
  const { sinkUrl, spans } = await bench.startSink();
  const modelServerUrl = await bench.startModelServer();
  const { child, url } = await bench.startService('batch-awaited', { sinkUrl, modelServerUrl });
  const response = await ask(url, REQUEST);
  expect(response.status).toBe(200);
  // The batch processor alone would keep them for 5 s.
  expect(spans.map(({ name }) => name)).toContain('search articles');
  await response.arrayBuffer();
  expect((await finish(child)).madeSpanCount).toBe(SPANS_A_REQUEST);
  expect(spans).toHaveLength(SPANS_A_REQUEST);
});

it('the service of observations waits for its arm before it answers', async () => {
  const { sinkUrl, spans } = await bench.startSink();
  const { child, url } = await bench.startObservations('batch-awaited', sinkUrl);
  const response = await ask(url, REQUEST);
  expect(response.status).toBe(200);
  expect(spans).toHaveLength(1);
  await response.arrayBuffer();
  await finish(child);
});
