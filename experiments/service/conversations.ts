/** The least recently used conversations make room for new ones. */
const MAX_CONVERSATION_COUNT = 10_000;

/** What the service remembers of its users: how far each conversation has come. */
export class Conversations {
  readonly #turnCounts = new Map<string, number>();

  turnCountOf(conversationId: string): number {
    return this.#turnCounts.get(conversationId) ?? 0;
  }

  /** Counts one more answer and returns the new count. */
  addTurn(conversationId: string): number {
    const turnCount = this.turnCountOf(conversationId) + 1;
    // Deleted first, so that the map's order stays the order of use.
    this.#turnCounts.delete(conversationId);
    this.#turnCounts.set(conversationId, turnCount);
    if (this.#turnCounts.size > MAX_CONVERSATION_COUNT) {
      const [oldest] = this.#turnCounts.keys();
      if (oldest !== undefined) this.#turnCounts.delete(oldest);
    }
    return turnCount;
  }
}
