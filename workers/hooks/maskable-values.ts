import type { HookSettings } from '../../src/protocol.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';

/** Where a value to mask stands in a span. */
export interface MaskableValue {
  /** What the mask is told. */
  readonly key: string;
  readonly value: unknown;
  readonly holder: Record<string, unknown>;
  readonly field: string;
  /** Whether only text can stand there. */
  readonly isText: boolean;
}

const STATUS_MESSAGE_KEY = 'status.message';

/** The values of a span that its mask is asked about, in the order in which it is. */
export function listMaskable(span: DecodedSpan, { style, maskKeys }: HookSettings): MaskableValue[] {
  switch (style) {
    case 'offloop':
      return listWholeSpan(span, maskKeys);
    case 'langfuse':
      return listInOrderOfKeys(span.attributes, maskKeys ?? ['*']);
    default:
      throw new TypeError(`expected hooks of a known style, got ${JSON.stringify(style satisfies never)}`);
  }
}

function listWholeSpan(span: DecodedSpan, maskKeys: readonly string[] | null): MaskableValue[] {
  const isMasked = (key: string) => maskKeys === null || maskKeys.some((maskKey) => matches(maskKey, key));
  const holders = [span.attributes, ...[...span.events, ...span.links].map(({ attributes }) => attributes)];
  const values = holders.flatMap((holder = {}) =>
    Object.keys(holder)
      .filter(isMasked)
      .map((key) => toMaskable(holder, key)),
  );
  const { message } = span.status;
  if (message === undefined || !isMasked(STATUS_MESSAGE_KEY)) return values;
  const holder = span.status as unknown as Record<string, unknown>;
  values.push({ key: STATUS_MESSAGE_KEY, value: message, holder, field: 'message', isText: true });
  return values;
}

/** Langfuse's own order, on which a mask that keeps state could depend. */
function listInOrderOfKeys(attributes: object, maskKeys: readonly string[]): MaskableValue[] {
  const keys = new Set<string>();
  for (const maskKey of maskKeys) {
    for (const key of Object.keys(attributes ?? {})) if (matches(maskKey, key)) keys.add(key);
  }
  return [...keys].map((key) => toMaskable(attributes, key));
}

function toMaskable(attributes: object, key: string): MaskableValue {
  const holder = attributes as Record<string, unknown>;
  return { key, value: holder[key], holder, field: key, isText: false };
}

function matches(maskKey: string, key: string): boolean {
  return maskKey.endsWith('*') ? key.startsWith(maskKey.slice(0, -1)) : key === maskKey;
}
