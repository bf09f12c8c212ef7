import { expect, it } from 'vitest';
import type { ChatRequest } from '../service/protocol.js';
import { LANGUAGES } from '../text/languages.js';
import { bodiesOf } from './requests.js';

const PLAN = { seed: 5, promptCharacters: 20_000, completionCharacters: 10_000 };

function takeBodies(plan: typeof PLAN, count: number): string[] {
  const bodies = bodiesOf(plan);
  return Array.from({ length: count }, () => bodies.next().value);
}

it('takes the languages in turn and the lengths from the plan', () => {
  const requests = takeBodies(PLAN, 2 * LANGUAGES.length).map((body) => JSON.parse(body) as ChatRequest);
  expect(requests.map(({ language }) => language)).toEqual([...LANGUAGES, ...LANGUAGES]);
  for (const request of requests) {
    expect(request).toMatchObject({ promptCharacters: 20_000, completionCharacters: 10_000 });
    expect(request.message?.length).toBeGreaterThanOrEqual(40);
  }
});

it('takes one language only, and an image in every n-th request, where the plan says so', () => {
  const plan = { ...PLAN, language: 'vi' as const, images: { byteLength: 1_000, requestsPerImage: 3 } };
  const requests = takeBodies(plan, 9).map((body) => JSON.parse(body) as ChatRequest);
  expect(new Set(requests.map(({ language }) => language))).toEqual(new Set(['vi']));
  const withImage = requests.flatMap(({ imageByteLength }, index) => (imageByteLength === 1_000 ? index : []));
  expect(withImage).toEqual([2, 5, 8]);
  const none = takeBodies(PLAN, 9).map((body) => JSON.parse(body) as ChatRequest);
  expect(none.every(({ imageByteLength }) => imageByteLength === undefined)).toBe(true);
});

it('makes the same bodies from the same seed and others from another', () => {
  expect(takeBodies(PLAN, 20)).toEqual(takeBodies(PLAN, 20));
  expect(takeBodies(PLAN, 20)).not.toEqual(takeBodies({ ...PLAN, seed: 6 }, 20));
});
