/** What a request makes, by application, where that is a fixed number. */
export const SPANS_PER_REQUEST = { chat: 7, spans: 50 } as const;
