import { createHash } from 'node:crypto';
import { textOf } from '../text/passages.js';
import type { CompletionRequest } from './request.js';

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** An answer before it is put on the wire: the same request gives the same one. */
export interface Completion {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly usage: Usage;
}

/** A rule of thumb; a real tokenizer would be the heaviest part of this process. */
const CHARACTERS_PER_TOKEN = 4;

export function completeRequest(request: CompletionRequest): Completion {
  const digest = createHash('sha256').update(request.prompt).digest();
  const promptTokens = Math.ceil(request.prompt.length / CHARACTERS_PER_TOKEN);
  const completionTokens = Math.ceil(request.completionCharacters / CHARACTERS_PER_TOKEN);
  return {
    id: `chatcmpl-${digest.toString('hex', 0, 12)}`,
    model: request.model,
    text: textOf(request.language, request.completionCharacters, digest.readUInt32LE(0)),
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

/** The body of an answer that is not streamed. */
export function formatCompletion(completion: Completion, createdSeconds: number): string {
  return JSON.stringify({
    id: completion.id,
    object: 'chat.completion',
    created: createdSeconds,
    model: completion.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: completion.text, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: completion.usage,
  });
}

/**
 * The server-sent events of a streamed answer, one burst a piece of text: the role goes with the first piece, and the
 * end, the usage where it is wanted and the closing mark with the last, as they take a model no time.
 */
export function* formatBursts(
  completion: Completion,
  { createdSeconds, pieceCount, includeUsage }: { createdSeconds: number; pieceCount: number; includeUsage: boolean },
): Generator<string> {
  const head = {
    id: completion.id,
    object: 'chat.completion.chunk',
    created: createdSeconds,
    model: completion.model,
  };
  const formatDelta = (delta: object, finishReason: 'stop' | null) => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
    return formatEvent(JSON.stringify({ ...head, choices, ...(includeUsage ? { usage: null } : {}) }));
  };

  const { text } = completion;
  const pieceCharacters = Math.ceil(text.length / pieceCount);
  for (let start = 0; start < text.length; start += pieceCharacters) {
    let burst = start === 0 ? formatDelta({ role: 'assistant', content: '' }, null) : '';
    burst += formatDelta({ content: text.slice(start, start + pieceCharacters) }, null);
    if (start + pieceCharacters >= text.length) {
      burst += formatDelta({}, 'stop');
      if (includeUsage) burst += formatEvent(JSON.stringify({ ...head, choices: [], usage: completion.usage }));
      burst += formatEvent('[DONE]');
    }
    yield burst;
  }
}

function formatEvent(data: string): string {
  return `data: ${data}\n\n`;
}
