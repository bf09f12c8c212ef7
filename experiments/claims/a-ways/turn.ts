import { createRandom } from '#gate/statistics/random';
import { METADATA_KEYS } from '../../model-server/protocol.js';
import { KnowledgeBase } from '../../service/knowledge-base.js';
import type { Article } from '../../text/declaration.js';
import type { Language } from '../../text/languages.js';
import { declarationOf, textOf } from '../../text/passages.js';

/** What a user says next in a conversation. */
export interface Turn {
  readonly conversationId: string;
  readonly userId: string;
  readonly message: string;
}

export interface TurnAnswer {
  readonly answer: string;
  readonly intent: Intent;
  readonly articleNumbers: readonly number[];
}

export interface Message {
  readonly role: 'system' | 'user';
  readonly content: string;
}

export interface Completion {
  readonly text: string;
  readonly model: string;
  readonly inputTokenCount: number;
  readonly outputTokenCount: number;
}

/** The service, whatever instruments it. */
export type AnswerTurn = (turn: Turn) => Promise<TurnAnswer>;

/** What a turn consists of: three functions, for a way to instrument each. */
export interface TurnSteps {
  readonly retrieve: (message: string) => readonly Article[];
  readonly classify: (message: string) => Intent;
  readonly ask: (messages: readonly Message[]) => Promise<Completion>;
}

const USER_COUNT = 50;
/** Messages begin anywhere in so much of the text. */
const TEXT_CHARACTERS = 10_000;

const INTENT_WORDS = {
  rights: /quyền|tự do/giu,
  law: /pháp|luật|toà/giu,
  society: /xã hội|gia đình|giáo dục/giu,
} as const;

export type Intent = keyof typeof INTENT_WORDS | 'other';

/** Prompt and answer are of 1,500 characters each: 2 kB in UTF-8. */
const LANGUAGE: Language = 'vi';
const MESSAGE_CHARACTERS = 400;
const SYSTEM_CHARACTERS = 1_100;
const ANSWER_CHARACTERS = 1_500;

/** Tells the model server how long an answer is wanted. */
export const MODEL_METADATA = {
  [METADATA_KEYS.language]: LANGUAGE,
  [METADATA_KEYS.completionCharacters]: String(ANSWER_CHARACTERS),
};

const knowledgeBase = new KnowledgeBase(declarationOf(LANGUAGE));

/** The same seed, the same turns. */
export function makeTurns(count: number, seed: number): Turn[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const user = Math.floor(random() * USER_COUNT);
    const message = textOf(LANGUAGE, MESSAGE_CHARACTERS, Math.floor(random() * TEXT_CHARACTERS));
    return { conversationId: `conversation-${user}`, userId: `user-${user}`, message };
  });
}

export function retrieve(message: string): readonly Article[] {
  return knowledgeBase.search(message);
}

export function classify(message: string): Intent {
  let intent: Intent = 'other';
  let most = 0;
  for (const [name, words] of Object.entries(INTENT_WORDS)) {
    const count = message.match(words)?.length ?? 0;
    if (count <= most) continue;
    most = count;
    intent = name as Intent;
  }
  return intent;
}

export function composeMessages(message: string, articles: readonly Article[], intent: Intent): [Message, Message] {
  const passages = articles.map(({ title, text }) => `${title}\n${text}`).join('\n\n');
  return [
    { role: 'system', content: `Intent: ${intent}\n\n${passages}`.slice(0, SYSTEM_CHARACTERS) },
    { role: 'user', content: message },
  ];
}

export function composeAnswer(answer: string, articles: readonly Article[], intent: Intent): TurnAnswer {
  return { answer, intent, articleNumbers: articles.map(({ number }) => number) };
}

/** The turn from its steps. */
export function answerBy({ retrieve, classify, ask }: TurnSteps): AnswerTurn {
  return async ({ message }) => {
    const articles = retrieve(message);
    const intent = classify(message);
    const { text } = await ask(composeMessages(message, articles, intent));
    return composeAnswer(text, articles, intent);
  };
}
