/** Media in one of the attributes in which the AI SDK keeps messages as JSON. */
export interface MessageMedia {
  /** Whether it is base64 remains to be seen. */
  readonly base64: string;
  /** What the text has in its place. */
  readonly replaced: string;
  readonly contentType: string;
}

export interface MessageAttribute {
  readonly key: string;
  readonly field: 'input' | 'output';
  /**
   * The media, in the order of the messages. Throws on its way where a message or part of one is null, as Langfuse's SDK
   * does; what comes before is uploaded, and the text stays.
   */
  readonly findMedia: (messages: readonly Item[]) => Generator<MessageMedia>;
}

type Item = Readonly<Record<string, unknown>>;

const AI_SDK_SCOPES = ['ai', 'gen_ai'];

const BASE64_MARKER = ';base64,';

/** Of the AI SDK up to version 6, and from version 7 on. */
export const MESSAGE_ATTRIBUTES: readonly MessageAttribute[] = [
  { key: 'ai.prompt.messages', field: 'input', findMedia: findFiles },
  { key: 'ai.prompt', field: 'input', findMedia: findFiles },
  { key: 'gen_ai.input.messages', field: 'input', findMedia: findBlobs },
  { key: 'gen_ai.output.messages', field: 'output', findMedia: findBlobs },
];

/** Only the AI SDK's own spans are searched. */
export function isAiSdkScope(name: unknown): boolean {
  return AI_SDK_SCOPES.includes(name as string);
}

function* findFiles(messages: readonly Item[]): Generator<MessageMedia> {
  for (const { content } of messages) {
    if (!Array.isArray(content)) continue;
    for (const part of content as Item[]) {
      if (part['type'] !== 'file') continue;
      const contentType = part['mediaType'];
      // The image wins where there are both.
      const base64 = inlined(part['image']) ?? inlined(part['data']);
      if (!base64 || typeof contentType !== 'string') continue;
      yield { base64, replaced: base64, contentType };
    }
  }
}

function* findBlobs(messages: readonly Item[]): Generator<MessageMedia> {
  for (const { parts } of messages) {
    if (!Array.isArray(parts)) continue;
    for (const part of parts as Item[]) {
      const content = inlined(part['content']);
      const contentType = part['mime_type'];
      if (part['type'] !== 'blob' || !content || typeof contentType !== 'string') continue;
      const base64 = withoutPrefix(content);
      if (base64 !== '') yield { base64, replaced: content, contentType };
    }
  }
}

/** Nothing for what is a link. */
function inlined(value: unknown): string | undefined {
  return typeof value === 'string' && !value.startsWith('http') ? value : undefined;
}

/** Empty when it is a data URI with something other than base64. */
function withoutPrefix(content: string): string {
  if (!content.startsWith('data:')) return content;
  const marker = content.indexOf(BASE64_MARKER);
  return marker < 0 ? '' : content.slice(marker + BASE64_MARKER.length);
}
