/** What the model server tells the process that forked it. It takes no messages: closing the channel ends it. */
export type ModelServerReport = ModelServerReady;

export interface ModelServerReady {
  readonly type: 'ready';
  /** Where it listens, without a path. */
  readonly url: string;
}

/** The one model it serves. */
export const MODEL_NAME = 'udhr-chat';

/** The keys of the request's `metadata` (the API's own field for short strings) that shape the answer. */
export const METADATA_KEYS = { language: 'language', completionCharacters: 'completion_characters' } as const;
