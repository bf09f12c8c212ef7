import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.js';

describe('parseJson', () => {
  it('reads JSON', () => {
    expect(parseJson('{"a":1}')).toEqual({ a: 1 });
  });

  it.each(['{"token": hush}', '{"token": "hush', 'hush'])(
    'tells where %s is no JSON, and nothing of what is there',
    (text) => {
      expect(() => parseJson(text)).toThrow(/^expected JSON, got something else( at position \d+.*)?$/);
      expect(() => parseJson(text)).not.toThrow(/hush/);
    },
  );
});
