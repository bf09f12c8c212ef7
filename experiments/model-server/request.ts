import { isLanguage, LANGUAGES, type Language } from '../text/languages.js';
import { MAX_PASSAGE_CHARACTERS } from '../text/passages.js';
import { METADATA_KEYS, MODEL_NAME } from './protocol.js';

export interface CompletionRequest {
  readonly model: string;
  /** The text of all messages. */
  readonly prompt: string;
  readonly language: Language;
  readonly completionCharacters: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** An error as the OpenAI API answers it, under the key `error`. */
export interface ApiError {
  readonly statusCode: number;
  readonly message: string;
  readonly type: 'invalid_request_error';
  readonly param: string | null;
  readonly code: string | null;
}

export type ParsedRequest =
  | { readonly status: 'accepted'; readonly request: CompletionRequest }
  | { readonly status: 'rejected'; readonly error: ApiError };

const DEFAULT_COMPLETION_CHARACTERS = 400;

/** Reads the body of `POST /v1/chat/completions`. */
export function parseRequest(body: string): ParsedRequest {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return reject(null, 'We could not parse the JSON body of your request.');
  }
  if (!isRecord(json)) return reject(null, 'Expected a JSON object as the body.');

  const { model, messages, stream = false, stream_options: streamOptions, metadata = {} } = json;
  if (typeof model !== 'string') return reject('model', 'you must provide a model parameter');
  if (model !== MODEL_NAME) {
    const message = `The model '${model}' does not exist; this server has '${MODEL_NAME}'.`;
    return reject('model', message, { statusCode: 404, code: 'model_not_found' });
  }
  if (!Array.isArray(messages) || messages.length === 0) {
    return reject('messages', `Expected an array with at least one message, got ${JSON.stringify(messages)}.`);
  }
  let prompt = '';
  for (const [index, message] of messages.entries()) {
    if (!isRecord(message) || typeof message['role'] !== 'string' || typeof message['content'] !== 'string') {
      return reject(`messages.[${index}]`, 'Expected an object with the strings role and content.');
    }
    prompt += message['content'];
  }
  if (typeof stream !== 'boolean') return reject('stream', `Expected a boolean, got ${JSON.stringify(stream)}.`);
  if (streamOptions !== undefined && streamOptions !== null && !(stream && isRecord(streamOptions))) {
    return reject('stream_options', "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
  }
  if (!isRecord(metadata)) return reject('metadata', 'Expected an object of strings.');

  const language = metadata[METADATA_KEYS.language] ?? LANGUAGES[0];
  if (!isLanguage(language)) {
    return reject(`metadata.${METADATA_KEYS.language}`, `Expected one of ${LANGUAGES.join(', ')}.`);
  }
  const completionCharacters = Number(metadata[METADATA_KEYS.completionCharacters] ?? DEFAULT_COMPLETION_CHARACTERS);
  if (
    !Number.isInteger(completionCharacters) ||
    completionCharacters < 1 ||
    completionCharacters > MAX_PASSAGE_CHARACTERS
  ) {
    const message = `Expected a whole number from 1 to ${MAX_PASSAGE_CHARACTERS}.`;
    return reject(`metadata.${METADATA_KEYS.completionCharacters}`, message);
  }
  const includeUsage = isRecord(streamOptions) && streamOptions['include_usage'] === true;
  return { status: 'accepted', request: { model, prompt, language, completionCharacters, stream, includeUsage } };
}

function reject(
  param: string | null,
  message: string,
  { statusCode, code }: { statusCode: number; code: string | null } = { statusCode: 400, code: null },
): ParsedRequest {
  return { status: 'rejected', error: { statusCode, message, type: 'invalid_request_error', param, code } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
