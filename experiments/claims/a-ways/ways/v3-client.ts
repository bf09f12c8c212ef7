import { Langfuse } from 'langfuse';
import { LANGFUSE_KEYS } from '../../../arms/arm.js';
import { askBy, createOpenAi } from '../model.js';
import { type AnswerTurn, classify, composeAnswer, composeMessages, retrieve, type TurnSteps } from '../turn.js';
import type { StartWay } from './way.js';

/** A member of an enum that the package does not export. */
const QUEUE = 'queue' as Parameters<Langfuse['getPersistedProperty']>[0];

/** Drops its queue where it would send it, at as many events. */
class DroppingLangfuse extends Langfuse {
  droppedEventCount = 0;

  override flush(callback?: (error?: unknown, data?: unknown) => void): void {
    clearTimeout(this._flushTimer);
    this._flushTimer = null;
    this.droppedEventCount += this.getPersistedProperty<unknown[]>(QUEUE)?.length ?? 0;
    this.setPersistedProperty(QUEUE, []);
    callback?.();
  }
}

/** A1: each call of the legacy client by hand. */
export const start: StartWay = ({ modelServerUrl, baseUrl, isExported }) => {
  const params = { ...LANGFUSE_KEYS, baseUrl };
  const langfuse = isExported ? new Langfuse(params) : new DroppingLangfuse(params);
  return {
    answer: traceAnswers(langfuse, askBy(createOpenAi(modelServerUrl))),
    settle: async () => {
      await langfuse.shutdownAsync();
      return { droppedEventCount: langfuse instanceof DroppingLangfuse ? langfuse.droppedEventCount : 0 };
    },
  };
};

function traceAnswers(langfuse: Langfuse, ask: TurnSteps['ask']): AnswerTurn {
  return async (turn) => {
    const { conversationId, userId, message } = turn;
    const trace = langfuse.trace({ name: 'turn', sessionId: conversationId, userId, input: turn });
    const retrieval = trace.span({ name: 'retrieve', input: { message } });
    const articles = retrieve(message);
    retrieval.end({ output: articles });
    const classification = trace.span({ name: 'classify', input: { message } });
    const intent = classify(message);
    classification.end({ output: intent });
    const messages = composeMessages(message, articles, intent);
    const generation = trace.generation({ name: 'ask', input: messages });
    const { text, model, inputTokenCount, outputTokenCount } = await ask(messages);
    generation.end({ output: text, model, usageDetails: { input: inputTokenCount, output: outputTokenCount } });
    trace.event({ name: 'answered', metadata: { intent } });
    const answer = composeAnswer(text, articles, intent);
    trace.update({ output: answer });
    return answer;
  };
}
