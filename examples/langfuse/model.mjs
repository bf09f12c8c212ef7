import { setTimeout } from 'node:timers/promises';

const MODEL_NAME = 'example-chat';
const DOLLARS_PER_TOKEN = { input: 0.000_000_5, output: 0.000_001_5 };
const CHARACTERS_PER_TOKEN = 4;
const THINKING_MILLIS = 5;

/** Stands for a model: no account, no network, always the same answer. */
export async function askModel(messages, answer) {
  await setTimeout(THINKING_MILLIS);
  const text = answer(messages);
  const input = countTokens(messages.map(({ content }) => textOf(content)).join(''));
  const output = countTokens(text);
  return {
    text,
    model: MODEL_NAME,
    usageDetails: { input, output, total: input + output },
    costDetails: { input: input * DOLLARS_PER_TOKEN.input, output: output * DOLLARS_PER_TOKEN.output },
  };
}

function textOf(content) {
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');
}

function countTokens(text) {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
