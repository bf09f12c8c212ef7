import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { GEN_AI, SCOPE_NAME, USER_ID } from '../../../service/attributes.js';
import { askBy, createOpenAi } from '../model.js';
import { classify, composeAnswer, composeMessages, retrieve } from '../turn.js';
import { NOTHING_HELD_BACK, type StartWay } from './way.js';

const INPUT = 'lab.input';
const OUTPUT = 'lab.output';

const tracer = trace.getTracer(SCOPE_NAME);

/** A5: OpenTelemetry's own API, with the names of its GenAI conventions, and JSON where a value is no string. */
export const start: StartWay = ({ modelServerUrl }) => {
  const ask = askBy(createOpenAi(modelServerUrl));
  return {
    answer: (turn) => {
      const { conversationId, userId, message } = turn;
      const attributes = {
        [GEN_AI.operationName]: 'invoke_agent',
        [GEN_AI.conversationId]: conversationId,
        [USER_ID]: userId,
        [INPUT]: message,
      };
      return traceSpan('turn', SpanKind.INTERNAL, attributes, async (root) => {
        const tool = { [GEN_AI.operationName]: 'execute_tool', [INPUT]: message };
        const articles = await traceSpan('retrieve', SpanKind.INTERNAL, tool, (span) => {
          const found = retrieve(message);
          span.setAttribute(OUTPUT, JSON.stringify(found));
          return found;
        });
        const intent = await traceSpan('classify', SpanKind.INTERNAL, tool, (span) => {
          const found = classify(message);
          span.setAttribute(OUTPUT, found);
          return found;
        });
        const messages = composeMessages(message, articles, intent);
        const chat = { [GEN_AI.operationName]: 'chat', [GEN_AI.inputMessages]: JSON.stringify(messages) };
        const { text } = await traceSpan('ask', SpanKind.CLIENT, chat, async (span) => {
          const completion = await ask(messages);
          span.setAttributes({
            [GEN_AI.outputMessages]: completion.text,
            [GEN_AI.responseModel]: completion.model,
            [GEN_AI.usageInputTokens]: completion.inputTokenCount,
            [GEN_AI.usageOutputTokens]: completion.outputTokenCount,
          });
          return completion;
        });
        const answer = composeAnswer(text, articles, intent);
        root.setAttribute(OUTPUT, JSON.stringify(answer));
        return answer;
      });
    },
    settle: NOTHING_HELD_BACK,
  };
};

function traceSpan<Result>(
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  run: (span: Span) => Result | Promise<Result>,
): Promise<Result> {
  return tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await run(span);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
