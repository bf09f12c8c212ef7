import { LangfuseOtelSpanAttributes } from '@langfuse/core';

/** What `LangfuseSpanProcessor` masks, in its order. */
export const LANGFUSE_MASK_KEYS: readonly string[] = [
  LangfuseOtelSpanAttributes.OBSERVATION_INPUT,
  LangfuseOtelSpanAttributes.TRACE_INPUT,
  LangfuseOtelSpanAttributes.OBSERVATION_OUTPUT,
  LangfuseOtelSpanAttributes.TRACE_OUTPUT,
  LangfuseOtelSpanAttributes.OBSERVATION_METADATA,
  LangfuseOtelSpanAttributes.TRACE_METADATA,
];

/** What stands for a value whose mask failed, in the words of `LangfuseSpanProcessor`. */
export const MASK_PLACEHOLDER = '<fully masked due to failed mask function>';

/**
 * The keys of some attributes that are to be masked, each once: in the order of `maskKeys`, and in that of the attributes
 * where one stands for several.
 *
 * @param maskKeys exact, or ending in `*`
 */
export function listMaskedKeys(attributes: object, maskKeys: readonly string[]): string[] {
  const masked = new Set<string>();
  for (const maskKey of maskKeys) {
    if (!maskKey.endsWith('*')) {
      if (Object.hasOwn(attributes, maskKey)) masked.add(maskKey);
      continue;
    }
    const prefix = maskKey.slice(0, -1);
    for (const key of Object.keys(attributes)) if (key.startsWith(prefix)) masked.add(key);
  }
  return [...masked];
}
