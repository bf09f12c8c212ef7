import { expect, it } from 'vitest';
import { Deadline } from '../deadline.js';
import { Bound } from './media-bound.js';

const later = () => new Deadline(20_000);

it('gives out what there is at once, and the rest in turn', async () => {
  const bound = new Bound(10);
  const order: string[] = [];
  const take = async (name: string, amount: number) => {
    expect(await bound.take(amount, later())).toBe(true);
    order.push(name);
  };
  await take('first', 6);
  const second = take('second', 5);
  const third = take('third', 1);
  bound.give(6);
  await Promise.all([second, third]);
  expect(order.slice(0, 3)).toEqual(['first', 'second', 'third']);
});

it('has room for one that is larger than the whole, alone', async () => {
  const bound = new Bound(10);
  await bound.take(1, later());
  let isTaken = false;
  const large = bound.take(50, later()).finally(() => {
    isTaken = true;
  });
  await Promise.resolve();
  expect(isTaken).toBe(false);
  bound.give(1);
  expect(await large).toBe(true);
  const after = bound.take(1, later());
  bound.give(50);
  expect(await after).toBe(true);
});

it('gives up at the deadline, and lets through what waited behind', async () => {
  const bound = new Bound(10);
  await bound.take(8, later());
  const tooLate = bound.take(5, new Deadline(20));
  const behind = bound.take(2, later());
  expect(await tooLate).toBe(false);
  expect(await behind).toBe(true);
});
