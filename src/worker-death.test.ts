import { expect, it } from 'vitest';
import { describeWorkerDeath } from './worker-death.js';

const SECRET = 'my secret text';

it.each([
  ['a string', SECRET],
  ['nothing', undefined],
  ['an object', { message: SECRET, code: 'ERR_WORKER_OUT_OF_MEMORY' }],
  ['what only looks like an error', Object.assign(Object.create(Error.prototype), { message: SECRET })],
  ['an error', new Error(SECRET)],
  ['an error by another name', Object.assign(new Error(SECRET), { name: SECRET })],
  ["an error with one of Node's codes", Object.assign(new Error(SECRET), { code: 'ERR_WORKER_OUT_OF_MEMORY' })],
  ['an error with a stack of its own', Object.assign(new Error('x'), { stack: `Error\n    at ${SECRET}\n` })],
  ['an error whose message looks like a stack', new Error(`x\n    at ${SECRET} (somewhere)`)],
  ['an error whose stack is no text', Object.assign(new Error(SECRET), { stack: { SECRET } })],
])('tells no word of %s', (_, cause) => {
  const told = describeWorkerDeath(cause);
  expect(`${told}`).not.toContain(SECRET);
  expect(`${told}`).toMatch(/^\w*Error/);
});

it('tells what kind of error it was, and where it was thrown', () => {
  const told = describeWorkerDeath(new TypeError(SECRET));
  expect(told.name).toBe('TypeError');
  expect(told.message).toMatch(/^at .*worker-death\.test\.ts:\d+:\d+\)?$/);
});

it("tells Node's own words of a full heap", () => {
  const words = 'Worker terminated due to reaching memory limit: JS heap out of memory';
  expect(describeWorkerDeath(new Error(words)).message).toBe(words);
});
