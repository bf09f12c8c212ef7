import { describe, expect, it } from 'vitest';
import { PAYLOADS } from './cases.js';
import { makePayload } from './payloads.js';

describe.each(PAYLOADS)('makePayload of $name', (spec) => {
  it('has about as many bytes as it says', () => {
    const { input, output } = makePayload(spec, 1);
    const larger = Math.max(...[input, output].map((value) => Buffer.byteLength(JSON.stringify(value))));
    expect(larger).toBeGreaterThan(0.85 * spec.byteLength);
    expect(larger).toBeLessThan(1.25 * spec.byteLength);
  });

  it('is another in each turn', () => {
    expect(makePayload(spec, 1)).not.toEqual(makePayload(spec, 2));
  });
});
