import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAnswer } from './protocol.js';
import { ask, Bench, finish, type OtlpSpan, REQUEST, SPANS_A_REQUEST } from './test-bench.js';

const shared = new Bench();
const bench = new Bench();
let modelServerUrl: string;

beforeAll(async () => {
  modelServerUrl = await shared.startModelServer();
});
afterAll(() => shared.close());
afterEach(() => bench.close());

function findSpan(receivedSpans: readonly OtlpSpan[], name: string): OtlpSpan {
  const spans = receivedSpans.filter((span) => span.name === name);
  expect(spans, `spans named '${name}'`).toHaveLength(1);
  return spans[0] as OtlpSpan;
}

function attributesOf(span: OtlpSpan): Record<string, unknown> {
  return Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function textOfMessages(json: unknown): string {
  return JSON.parse(String(json))[0].parts[0].content;
}

describe('a chat request', () => {
  it('is answered, and leaves one trace of seven spans with the right parents', async () => {
    const { sinkUrl, spans } = await bench.startSink();
    const { child, url } = await bench.startService('batch-otlp-json', { modelServerUrl, sinkUrl });
    const response = await ask(url, REQUEST);
    const answer = (await response.json()) as ChatAnswer;
    expect(response.status).toBe(200);
    expect(answer).toMatchObject({ conversationId: 'conversation-1', turnCount: 1, model: 'udhr-chat' });
    expect(answer.answer).toHaveLength(20_000);
    expect(answer.articleNumbers).toHaveLength(3);

    const { madeSpanCount, errors } = await finish(child);
    expect(errors).toEqual([]);
    expect(madeSpanCount).toBe(SPANS_A_REQUEST);
    expect(spans).toHaveLength(SPANS_A_REQUEST);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);

    const server = findSpan(spans, 'POST /chat');
    const request = findSpan(spans, 'request');
    const hook = findSpan(spans, 'preHandler - identifyCaller');
    const handler = findSpan(spans, 'handler - chatHandler');
    const search = findSpan(spans, 'search articles');
    const model = findSpan(spans, 'chat udhr-chat');
    const outbound = findSpan(spans, 'POST');
    expect(server.parentSpanId ?? '').toBe('');
    expect(request.parentSpanId).toBe(server.spanId);
    expect(hook.parentSpanId).toBe(request.spanId);
    expect(handler.parentSpanId).toBe(request.spanId);
    expect(search.parentSpanId).toBe(handler.spanId);
    expect(model.parentSpanId).toBe(handler.spanId);
    expect(outbound.parentSpanId).toBe(model.spanId);
    expect([server, request, outbound, model].map(({ scopeName }) => scopeName)).toEqual([
      '@opentelemetry/instrumentation-http',
      '@fastify/otel',
      '@opentelemetry/instrumentation-undici',
      'offloop-lab-service',
    ]);
  });

  it('carries the whole prompt and the whole completion in the span of the model call', async () => {
    const { sinkUrl, spans } = await bench.startSink();
    const { child, url } = await bench.startService('batch-otlp-json', { modelServerUrl, sinkUrl });
    const answer = (await (await ask(url, REQUEST)).json()) as ChatAnswer;
    await finish(child);
    const attributes = attributesOf(findSpan(spans, 'chat udhr-chat'));
    const prompt = textOfMessages(attributes['gen_ai.input.messages']);
    expect(prompt).toHaveLength(20_000);
    expect(prompt.startsWith('Tôi có quyền gì?')).toBe(true);
    expect(textOfMessages(attributes['gen_ai.output.messages'])).toBe(answer.answer);
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'udhr-chat',
      'gen_ai.conversation.id': 'conversation-1',
      'gen_ai.usage.input_tokens': 5_000,
      'gen_ai.usage.output_tokens': 5_000,
    });
  });

  it('that is not as it should be is refused with 400, and the next one is answered', async () => {
    const { url } = await bench.startService('control', { modelServerUrl });
    for (const [fault, body] of [
      ['an unknown language', { ...REQUEST, language: 'tlh' }],
      ['no user', { ...REQUEST, userId: undefined }],
      ['a length in words', { ...REQUEST, promptCharacters: '20000' }],
      ['a length out of range', { ...REQUEST, completionCharacters: 0 }],
      ['an unknown key', { ...REQUEST, temperature: 1 }],
      ['no object', []],
    ] as const) {
      const response = await ask(url, body);
      expect(response.status, fault).toBe(400);
      expect(await response.json(), fault).toMatchObject({ error: 'Bad Request' });
    }
    expect((await ask(url, REQUEST)).status).toBe(200);
  });
});

describe('a model that fails', () => {
  it('that is not there becomes a 502 and an error on its span', async () => {
    const gone = await bench.listenNowhere();
    const { sinkUrl, spans } = await bench.startSink();
    const { child, url } = await bench.startService('batch-otlp-json', { modelServerUrl: gone, sinkUrl });
    const response = await ask(url, REQUEST);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('the model did not answer') });
    await finish(child);
    const model = findSpan(spans, 'chat udhr-chat');
    expect(model.status.code).toBe(2);
    expect(attributesOf(model)).toMatchObject({ 'error.type': 'APIConnectionError' });
    expect(attributesOf(findSpan(spans, 'POST /chat'))).toMatchObject({ 'http.response.status_code': 502 });
  });

  it.each([
    ['closes the stream in the middle', (end: () => void) => end()],
    ['resets the connection in the middle', (_: () => void, destroy: () => void) => destroy()],
  ])('that %s gives no half answer', async (_, breakOff) => {
    const broken = await bench.listen((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const chunk = { id: 'x', model: 'udhr-chat', choices: [{ index: 0, delta: { content: 'half' } }] };
        response.write(`data: ${JSON.stringify(chunk)}\n\n`, () =>
          breakOff(
            () => response.end(),
            () => response.destroy(),
          ),
        );
      });
    });
    const { url } = await bench.startService('control', { modelServerUrl: broken });
    expect((await ask(url, REQUEST)).status).toBe(502);
  });
});
