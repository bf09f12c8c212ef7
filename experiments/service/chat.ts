import { trace } from '@opentelemetry/api';
import type { Article } from '../text/declaration.js';
import { LANGUAGES, type Language } from '../text/languages.js';
import { declarationOf, textOf } from '../text/passages.js';
import { SCOPE_NAME } from './attributes.js';
import type { Conversations } from './conversations.js';
import { KnowledgeBase } from './knowledge-base.js';
import type { ModelClient } from './model-client.js';
import type { ChatAnswer, ChatRequest } from './protocol.js';

/** A {@link ChatRequest} whose language is known to be one of the lab's. */
export interface CheckedChatRequest extends ChatRequest {
  readonly language: Language;
}

const DEFAULT_MESSAGE_CHARACTERS = 120;

/** Answers questions: looks up articles, makes the prompt, asks the model. */
export class Chat {
  readonly #tracer = trace.getTracer(SCOPE_NAME);
  readonly #knowledgeBases: ReadonlyMap<Language, KnowledgeBase>;
  readonly #conversations: Conversations;
  readonly #model: ModelClient;

  constructor(conversations: Conversations, model: ModelClient) {
    this.#knowledgeBases = new Map(LANGUAGES.map((each) => [each, new KnowledgeBase(declarationOf(each))]));
    this.#conversations = conversations;
    this.#model = model;
  }

  async answer(request: CheckedChatRequest): Promise<ChatAnswer> {
    const { conversationId, language, promptCharacters } = request;
    const turnCount = this.#conversations.turnCountOf(conversationId);
    const message = request.message ?? textOf(language, DEFAULT_MESSAGE_CHARACTERS, turnCount);
    const articles = this.#search(language, message);
    const prompt = composePrompt(message, articles, language, promptCharacters);
    const { text, ...answer } = await this.#model.ask(prompt, request);
    return {
      ...answer,
      conversationId,
      turnCount: this.#conversations.addTurn(conversationId),
      answer: text,
      articleNumbers: articles.map(({ number }) => number),
    };
  }

  #search(language: Language, message: string): Article[] {
    return this.#tracer.startActiveSpan('search articles', (span) => {
      const articles = this.#knowledgeBases.get(language)?.search(message) ?? [];
      span.setAttributes({
        'lab.search.language': language,
        'lab.search.query': message,
        'lab.search.article_numbers': articles.map(({ number }) => number),
      });
      span.end();
      return articles;
    });
  }
}

/** The question, the articles that were found, and as much of the declaration as makes the prompt as long as wanted. */
function composePrompt(
  message: string,
  articles: readonly Article[],
  language: Language,
  characterCount: number,
): string {
  const found = articles.map(({ title, text }) => `${title}\n${text}`).join('\n\n');
  const head = `${message}\n\n${found}\n\n`.slice(0, characterCount);
  return head + textOf(language, characterCount - head.length, message.length);
}
