import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_NAME } from './protocol.js';
import { createModelServer } from './server.js';

const PIECE_COUNT = 16;
let server: Server;
let url: string;
let client: OpenAI;

beforeAll(async () => {
  server = createModelServer({ timeToFirstTokenMillis: 1, interChunkDelayMillis: 1, pieceCount: PIECE_COUNT });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'lab', maxRetries: 0 });
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function requestFor(prompt: string, metadata: Record<string, string> = {}) {
  return { model: MODEL_NAME, messages: [{ role: 'user' as const, content: prompt }], metadata };
}

describe('the official client', () => {
  it('streams an answer of the wanted length and language, with its usage at the end', async () => {
    const stream = await client.chat.completions.create({
      ...requestFor('What is a right?', { language: 'ar', completion_characters: '20000' }),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let textPieceCount = 0;
    const finishReasons: string[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      expect(chunk.object).toBe('chat.completion.chunk');
      const [choice] = chunk.choices;
      if (choice?.delta.content) {
        text += choice.delta.content;
        textPieceCount += 1;
      }
      if (choice?.finish_reason) finishReasons.push(choice.finish_reason);
      usage = chunk.usage ?? usage;
    }
    expect(text).toHaveLength(20_000);
    expect(text).toMatch(/\p{Script=Arabic}/u);
    expect(textPieceCount).toBe(PIECE_COUNT);
    expect(finishReasons).toEqual(['stop']);
    expect(usage).toEqual({ prompt_tokens: 4, completion_tokens: 5_000, total_tokens: 5_004 });
  });

  it('gets the same text streamed, whole, and a second time', async () => {
    const request = requestFor('The same prompt', { language: 'vi', completion_characters: '1001' });
    const whole = await client.chat.completions.create(request);
    const again = await client.chat.completions.create(request);
    const stream = await client.chat.completions.create({ ...request, stream: true });
    let streamed = '';
    for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? '';

    const text = whole.choices[0]?.message.content;
    expect(text).toHaveLength(1_001);
    expect(again.choices[0]?.message.content).toBe(text);
    expect(streamed).toBe(text);
    expect(whole.choices[0]?.finish_reason).toBe('stop');
    expect(whole.usage?.completion_tokens).toBe(251);
  });

  it('gets another text for another prompt', async () => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map((prompt) => client.chat.completions.create(requestFor(prompt))),
    );
    expect(one?.choices[0]?.message.content).not.toBe(other?.choices[0]?.message.content);
  });

  it('leaves the usage out unless it is asked for', async () => {
    const stream = await client.chat.completions.create({ ...requestFor('short'), stream: true });
    for await (const chunk of stream) expect(chunk).not.toHaveProperty('usage');
  });

  it('can go away in the middle of an answer without harm to the next', async () => {
    const long = requestFor('long', { completion_characters: '200000' });
    const stream = await client.chat.completions.create({ ...long, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    const next = await client.chat.completions.create(requestFor('next'));
    expect(next.choices[0]?.message.content).toHaveLength(400);
  });

  it('raises its typed errors', async () => {
    const unknownModel = client.chat.completions.create({ ...requestFor('x'), model: 'gpt-4' });
    await expect(unknownModel).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(unknownModel).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    const unknownLanguage = client.chat.completions.create(requestFor('x', { language: 'tlh' }));
    await expect(unknownLanguage).rejects.toMatchObject({ status: 400, param: 'metadata.language' });
  });
});

describe('a bad request', () => {
  const headers = { authorization: 'Bearer lab', 'content-type': 'application/json' };
  const post = (body: string) => fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });

  it.each([
    ['no JSON', '{"model"', null],
    ['no object', '[]', null],
    ['no model', '{}', 'model'],
    ['no messages', JSON.stringify({ model: MODEL_NAME }), 'messages'],
    ['a message without content', JSON.stringify({ model: MODEL_NAME, messages: [{ role: 'user' }] }), 'messages.[0]'],
    ['a stream that is no boolean', JSON.stringify({ ...requestFor('x'), stream: 'yes' }), 'stream'],
    [
      'stream options without a stream',
      JSON.stringify({ ...requestFor('x'), stream_options: { include_usage: true } }),
      'stream_options',
    ],
    [
      'a length that is no number',
      JSON.stringify(requestFor('x', { completion_characters: 'many' })),
      'metadata.completion_characters',
    ],
  ])('with %s is answered as the API does', async (_, body, param) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param, code: null },
    });
  });

  it('without a key is answered 401', async () => {
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  it('to another path is answered 404', async () => {
    const response = await fetch(`${url}/v1/embeddings`, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'unknown_url' } });
  });
});
