import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  AIMessage,
  type BaseMessage,
  HumanMessage,
  type StandardMessageStructure,
  SystemMessage,
} from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { RunnableLambda } from '@langchain/core/runnables';
import { CallbackHandler } from '@langfuse/langchain';
import { askBy, createOpenAi } from '../model.js';
import { classify, composeAnswer, composeMessages, retrieve, type Turn, type TurnSteps } from '../turn.js';
import type { StartWay } from './way.js';

/** A chat model of LangChain's over the client that the other ways ask by, so that the work is the same. */
class ClientChatModel extends BaseChatModel {
  readonly #ask: TurnSteps['ask'];

  constructor(ask: TurnSteps['ask']) {
    super({});
    this.#ask = ask;
  }

  override _llmType(): string {
    return 'lab';
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const { text, model, inputTokenCount, outputTokenCount } = await this.#ask(
      messages.map((message) => ({ role: message.getType() === 'system' ? 'system' : 'user', content: message.text })),
    );
    const message = new AIMessage<StandardMessageStructure>({
      content: text,
      response_metadata: { model_name: model },
      usage_metadata: {
        input_tokens: inputTokenCount,
        output_tokens: outputTokenCount,
        total_tokens: inputTokenCount + outputTokenCount,
      },
    });
    return { generations: [{ text, message }] };
  }
}

/** A4: the turn and its steps as runnables, with Langfuse's callback handler or without. */
export const start: StartWay = ({ modelServerUrl, isTraced }) => {
  const model = new ClientChatModel(askBy(createOpenAi(modelServerUrl)));
  const retrieval = RunnableLambda.from(retrieve).withConfig({ runName: 'retrieve' });
  const classification = RunnableLambda.from(classify).withConfig({ runName: 'classify' });
  const chain = RunnableLambda.from(async ({ message }: Turn, config) => {
    const articles = await retrieval.invoke(message, config);
    const intent = await classification.invoke(message, config);
    const [system, user] = composeMessages(message, articles, intent);
    const { text } = await model.invoke([new SystemMessage(system.content), new HumanMessage(user.content)], config);
    return composeAnswer(text, articles, intent);
  }).withConfig({ runName: 'turn' });
  return {
    answer: (turn) => {
      if (!isTraced) return chain.invoke(turn);
      const { conversationId, userId } = turn;
      return chain.invoke(turn, { callbacks: [new CallbackHandler({ sessionId: conversationId, userId })] });
    },
    // LangChain runs callbacks behind the back of what it calls.
    settle: async () => {
      await awaitAllCallbacks();
      return { droppedEventCount: 0 };
    },
  };
};
