import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LangfuseServerProcess, startLangfuseServerProcess } from '../langfuse-server/langfuse-server-process.js';
import type { ReceivedSpan } from '../sink/otlp-shape.js';
import type { ChatAnswer, ChatRequest } from './protocol.js';
import { ask, Bench, finish } from './test-bench.js';

const REQUEST: ChatRequest = {
  conversationId: 'conversation-1',
  userId: 'user-1',
  language: 'vi',
  promptCharacters: 5_000,
  completionCharacters: 3_000,
};
const IMAGE_BYTES = 30_000;

const bench = new Bench();
let langfuse: LangfuseServerProcess;

beforeAll(async () => {
  langfuse = await startLangfuseServerProcess();
});
beforeEach(() => langfuse.client.reset());
afterEach(() => bench.close());
afterAll(() => langfuse.stop());

function textOf(span: ReceivedSpan, key: string): string {
  const value = span.attributes.find((attribute) => attribute.key === key)?.value;
  return value !== undefined && 'stringValue' in value ? value.stringValue : '';
}

describe.each(['langfuse', 'offloop-langfuse'] as const)('the observations through %s', (arm) => {
  it('arrive masked, one a request, with each image as a media of its own', async () => {
    const { child, url } = await bench.startObservations(arm, langfuse.url);
    const bodies = [
      REQUEST,
      { ...REQUEST, imageByteLength: IMAGE_BYTES },
      { ...REQUEST, imageByteLength: IMAGE_BYTES },
    ];
    for (const body of bodies) {
      const response = await ask(url, body);
      expect(response.status).toBe(200);
      expect(((await response.json()) as ChatAnswer).answer).toHaveLength(3_000);
    }
    const finished = await finish(child);
    expect(finished).toMatchObject({ madeSpanCount: 3, madeMediaCount: 2, droppedSpanCount: 0, errors: [] });

    const spans = await langfuse.client.traces.spans();
    expect(spans.map(({ name }) => name)).toEqual(['answer', 'answer', 'answer']);
    const inputs = spans.map((span) => textOf(span, 'langfuse.observation.input'));
    for (const input of inputs) {
      expect(input).toContain('Liên hệ: <e-mail>, <phone>, thẻ <card>.');
      expect(input).not.toMatch(/@example|0912|4111|;base64,/);
    }
    expect(inputs.filter((input) => input.includes('@@@langfuseMedia:type=image/png|id='))).toHaveLength(2);

    const { media, links } = await langfuse.client.media();
    expect(media.map(({ contentLength, uploadCount }) => [contentLength, uploadCount])).toEqual([
      [IMAGE_BYTES, 1],
      [IMAGE_BYTES, 1],
    ]);
    expect(links).toHaveLength(2);
    for (const { mediaId, sha256Hash } of media) {
      const bytes = await langfuse.client.mediaBytes(mediaId);
      expect(createHash('sha256').update(bytes).digest('base64')).toBe(sha256Hash);
    }
  });
});

it('are made by the control too, which sends nothing', async () => {
  const { child, url } = await bench.startObservations('control', langfuse.url);
  await ask(url, { ...REQUEST, imageByteLength: IMAGE_BYTES });
  expect(await finish(child)).toMatchObject({ madeSpanCount: 1, madeMediaCount: 1 });
  const { traces, media } = await langfuse.client.report();
  expect([traces.spans.receivedCount, media.mediaCount]).toEqual([0, 0]);
});
