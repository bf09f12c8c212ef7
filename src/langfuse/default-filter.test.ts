import { isDefaultExportSpan as isOfficialDefault, KNOWN_LLM_INSTRUMENTATION_SCOPE_PREFIXES } from '@langfuse/otel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadableSpan } from '../wire/readable-span.js';
import { isDefaultExportSpan } from './default-filter.js';

const scopeName = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'x.', 'o'),
      fc.constantFrom(...KNOWN_LLM_INSTRUMENTATION_SCOPE_PREFIXES),
      fc.constantFrom('', '.', '.x', 'x', '-sdk', '.ai.x'),
    )
    .map((parts) => parts.join('')),
  fc.string(),
  fc.constantFrom('http', 'undici', '@opentelemetry/instrumentation-http'),
);

const key = fc.oneof(
  fc.constantFrom('gen_ai.', 'gen_ai', 'gen_ai.system', 'GEN_AI.system', 'my.gen_ai.x', 'http.route', '__proto__'),
  fc.string(),
);

function makeSpan(name: string, keys: readonly string[]): ReadableSpan {
  const attributes = Object.fromEntries(keys.map((each) => [each, 1]));
  return { instrumentationScope: { name }, attributes } as unknown as ReadableSpan;
}

describe('the default filter', () => {
  it("gives the answer of Langfuse's own, also from what it remembers of a scope", () => {
    fc.assert(
      fc.property(
        scopeName,
        fc.array(fc.array(key, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
        (name, spans) => {
          const instrumentationScope = { name };
          for (const keys of spans) {
            const span = { ...makeSpan(name, keys), instrumentationScope };
            expect(isDefaultExportSpan(span)).toBe(isOfficialDefault(span as never));
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('takes no notice of attributes that are not its own', () => {
    const span = { ...makeSpan('http', []), attributes: Object.create({ 'gen_ai.system': 'x' }) };
    expect(isDefaultExportSpan(span)).toBe(isOfficialDefault(span as never));
  });
});
