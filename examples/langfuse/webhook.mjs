import { propagateAttributes, startActiveObservation } from '@langfuse/tracing';
import { findNextAction, shorten } from './intent.mjs';
import { askModel } from './model.mjs';

const REPLIES = {
  book_appointment: 'Dạ, anh chị muốn đặt lịch vào ngày nào ạ?',
  cancel_appointment: 'Dạ, em đã hủy lịch hẹn cho anh chị.',
  tell_price: 'Dạ, giá khám là 300.000 đồng ạ.',
  answer_question: 'Dạ, em xin phép chuyển câu hỏi cho bác sĩ ạ.',
};

/**
 * Answers one message of a conversation: one trace. Whole texts are the input and output of the observations; what
 * people search by is short and lies in metadata, at the level it belongs to.
 */
export function answerWebhook({ conversationId, userId, message, image }) {
  // Of the trace: who and where.
  const trace = {
    traceName: 'webhook',
    sessionId: conversationId,
    userId,
    metadata: { conversation_id: conversationId, user_id: userId },
  };
  return propagateAttributes(trace, () =>
    startActiveObservation('webhook', async (webhook) => {
      const nextAction = await findNextAction(message);
      const reply = await writeReply(message, image, nextAction);
      // Of the span: what was said and what comes next.
      webhook.update({
        input: { message },
        output: { reply },
        metadata: { message: shorten(message), next_action: nextAction },
      });
      return { reply, nextAction };
    }),
  );
}

function writeReply(message, image, nextAction) {
  return startActiveObservation(
    'reply',
    async (generation) => {
      const content = [{ type: 'text', text: message }];
      if (image !== undefined) content.push({ type: 'image_url', image_url: { url: image } });
      const messages = [{ role: 'user', content }];
      // Of the generation: the model, its tokens, its cost.
      const { text, ...answer } = await askModel(messages, () => REPLIES[nextAction]);
      generation.update({ input: messages, output: text, ...answer });
      return text;
    },
    { asType: 'generation' },
  );
}
