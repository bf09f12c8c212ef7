import { startActiveObservation } from '@langfuse/tracing';
import { hide } from './mask.mjs';
import { askModel } from './model.mjs';

const MESSAGE_CHARACTERS = 200;

/** What a customer may want, by the words they say it with. */
const KEYWORDS = {
  book_appointment: ['đặt lịch', 'đặt hẹn'],
  cancel_appointment: ['hủy lịch', 'hủy hẹn'],
  tell_price: ['giá khám', 'bao nhiêu tiền'],
};

/** Letters that sound the same to many speakers; longer spellings first. */
const SOUNDS = [
  [/ngh/g, 'ng'],
  [/gh/g, 'g'],
  [/gi/g, 'd'],
  [/tr/g, 'ch'],
  [/x/g, 's'],
  [/[cqk]h?\b/g, 't'],
  [/ch\b/g, 't'],
  [/q|k/g, 'c'],
  [/y/g, 'i'],
];

/** @returns the next action: by the sound of the words where that tells, else by the model. */
export async function findNextAction(message) {
  return findByPhoneme(message) ?? (await findByModel(message));
}

function findByPhoneme(message) {
  return startActiveObservation('intent by phoneme', (span) => {
    const heard = toSounds(message);
    const nextAction = Object.keys(KEYWORDS).find((action) =>
      KEYWORDS[action].some((words) => heard.includes(toSounds(words))),
    );
    span.update({
      input: message,
      output: nextAction ?? null,
      metadata: { message: shorten(message), next_action: nextAction ?? 'ask_model' },
    });
    return nextAction;
  });
}

function findByModel(message) {
  return startActiveObservation(
    'intent by model',
    async (generation) => {
      const messages = [
        { role: 'system', content: `Answer with one of: ${Object.keys(KEYWORDS).join(', ')}, answer_question` },
        { role: 'user', content: message },
      ];
      const { text, ...answer } = await askModel(messages, () => 'answer_question');
      generation.update({
        input: messages,
        output: text,
        ...answer,
        metadata: { message: shorten(message), next_action: text },
      });
      return text;
    },
    { asType: 'generation' },
  );
}

/**
 * For metadata. Hidden by hand, and before it is cut: each key of a metadata object becomes an attribute of its own,
 * and Langfuse asks the mask about none of those.
 */
export function shorten(message) {
  return hide(message).slice(0, MESSAGE_CHARACTERS);
}

/** Whole words, each with a space before and after it. */
function toSounds(text) {
  const letters = text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
  const sounds = SOUNDS.reduce((heard, [spelling, sound]) => heard.replace(spelling, sound), letters);
  return ` ${sounds.match(/[a-z]+/g)?.join(' ')} `;
}
