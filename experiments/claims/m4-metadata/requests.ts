/** What is known of a request, by the document's own names for it. */
export interface RequestFacts {
  readonly conversationId: string;
  readonly userId: string;
  /** Its beginning is its own. */
  readonly message: string;
  readonly nextAction: string;
  readonly model: string;
  readonly usage: { readonly input: number; readonly output: number };
  /** In US dollars. */
  readonly cost: { readonly input: number; readonly output: number };
}

const CONVERSATION_COUNT = 20;
const USER_COUNT = 7;
const NEXT_ACTIONS = ['answer', 'ask_back', 'hand_over'] as const;
const MODELS = ['gpt-4.1-mini', 'gpt-4.1'] as const;
const DOLLARS_PER_TOKEN = { input: 0.000002, output: 0.000008 } as const;
const INPUT_TOKENS = 5_000;
const OUTPUT_TOKENS = 500;

/** The same index, the same request. Short ones are not part of longer ones. */
export function describeRequest(index: number): RequestFacts {
  const usage = { input: INPUT_TOKENS + index, output: OUTPUT_TOKENS + (index % USER_COUNT) };
  return {
    conversationId: `conversation-${String(index % CONVERSATION_COUNT).padStart(3, '0')}`,
    userId: `user-${String(index % USER_COUNT).padStart(3, '0')}`,
    message: beginMessage(index) + 'Tôi muốn đổi địa chỉ giao hàng của đơn hàng này. '.repeat(20),
    nextAction: NEXT_ACTIONS[index % NEXT_ACTIONS.length] ?? 'answer',
    model: MODELS[index % MODELS.length] ?? 'gpt-4.1',
    usage,
    cost: { input: usage.input * DOLLARS_PER_TOKEN.input, output: usage.output * DOLLARS_PER_TOKEN.output },
  };
}

export function beginMessage(index: number): string {
  return `Order ${String(index).padStart(6, '0')}: `;
}
