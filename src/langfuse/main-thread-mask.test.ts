import type { Attributes } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UnreadySpan } from '../waiting-spans.js';
import type { ReadableSpan } from '../wire/readable-span.js';
import { type MainThreadMaskOptions, maskOnMainThread } from './main-thread-mask.js';
import { LANGFUSE_MASK_KEYS, MASK_PLACEHOLDER } from './mask-keys.js';

const [OBSERVATION_INPUT = '', TRACE_INPUT = '', OBSERVATION_OUTPUT = ''] = LANGFUSE_MASK_KEYS;
const TIMEOUT_MILLIS = 100;

const onFailure = vi.fn();
const unhandled = vi.fn();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onFailure.mockClear();
  unhandled.mockClear();
  process.on('unhandledRejection', unhandled);
});

afterEach(() => {
  process.off('unhandledRejection', unhandled);
  vi.useRealTimers();
});

function makeSpan(attributes: Attributes): ReadableSpan {
  const span = new BasicTracerProvider().getTracer('mask').startSpan('span', { attributes });
  span.end();
  return span as unknown as ReadableSpan;
}

function mask(
  span: ReadableSpan,
  maskValue: (data: unknown) => unknown,
  options: Partial<MainThreadMaskOptions> = {},
): ReadableSpan | UnreadySpan {
  return maskOnMainThread(span, {
    mask: ({ data }) => maskValue(data),
    maskKeys: LANGFUSE_MASK_KEYS,
    maskTimeoutMillis: TIMEOUT_MILLIS,
    onFailure,
    ...options,
  });
}

function expectNow(masked: ReadableSpan | UnreadySpan): ReadableSpan {
  if ('ready' in masked) throw new Error('expected a span that is ready');
  return masked;
}

function expectLater(masked: ReadableSpan | UnreadySpan): UnreadySpan {
  if ('ready' in masked) return masked;
  throw new Error('expected a span that is not ready');
}

describe('a mask on the main thread', () => {
  it('masks a view: other processors keep the span as it is, and the order of attributes stays', () => {
    const span = makeSpan({ first: 1, [OBSERVATION_INPUT]: 'secret', last: 2 });
    const masked = expectNow(mask(span, () => 'masked'));
    expect(Object.entries(masked.attributes)).toEqual([
      ['first', 1],
      [OBSERVATION_INPUT, 'masked'],
      ['last', 2],
    ]);
    expect(span.attributes[OBSERVATION_INPUT]).toBe('secret');
    expect(masked.spanContext()).toEqual(span.spanContext());
    expect(masked).toMatchObject({ name: 'span', kind: 0, duration: span.duration, ended: true });
  });

  it('hands on the span itself where there is nothing to mask', () => {
    const span = makeSpan({ 'http.route': '/' });
    expect(mask(span, () => 'masked')).toBe(span);
  });

  it('asks in the order of the official processor, and then for the further keys', () => {
    const asked: unknown[] = [];
    const span = makeSpan({
      'gen_ai.prompt': 5,
      'gen_ai.a': 6,
      user: 4,
      [OBSERVATION_OUTPUT]: 3,
      [TRACE_INPUT]: 2,
      [OBSERVATION_INPUT]: 1,
    });
    mask(span, (data) => asked.push(data), { maskKeys: [...LANGFUSE_MASK_KEYS, 'user', 'gen_ai.*', 'user*'] });
    expect(asked).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([undefined, null, 5, { deep: [1] }, Number.NaN])('takes %o as an answer, unchecked', (answer) => {
    const masked = expectNow(mask(makeSpan({ [OBSERVATION_INPUT]: 'secret' }), () => answer));
    expect(masked.attributes).toEqual({ [OBSERVATION_INPUT]: answer });
  });

  it('puts the placeholder where it throws, and goes on', () => {
    const span = makeSpan({ [OBSERVATION_INPUT]: 'bad', [OBSERVATION_OUTPUT]: 'good' });
    const masked = mask(span, (data) => {
      if (data === 'bad') throw new Error('it quotes the secret');
      return 'masked';
    });
    expect(expectNow(masked).attributes).toEqual({
      [OBSERVATION_INPUT]: MASK_PLACEHOLDER,
      [OBSERVATION_OUTPUT]: 'masked',
    });
    expect(onFailure.mock.calls).toEqual([['threw', 1]]);
  });

  it('awaits answers one after the other, with the values the span ended with', async () => {
    const span = makeSpan({ [OBSERVATION_INPUT]: 'a', [TRACE_INPUT]: 'b', [OBSERVATION_OUTPUT]: 'c' });
    const asked: unknown[] = [];
    const unready = expectLater(
      mask(span, (data) => {
        asked.push(data);
        if (data === 'b') return Promise.reject(new Error('it quotes the secret'));
        return data === 'a' ? Promise.resolve('A') : 'C';
      }),
    );
    expect(asked).toEqual(['a']);
    // As the official processor does beside it.
    for (const key of LANGFUSE_MASK_KEYS) span.attributes[key] = 'overwritten';
    const { attributes } = await unready.ready;
    expect(asked).toEqual(['a', 'b', 'c']);
    expect(attributes).toEqual({
      [OBSERVATION_INPUT]: 'A',
      [TRACE_INPUT]: MASK_PLACEHOLDER,
      [OBSERVATION_OUTPUT]: 'C',
    });
    expect(onFailure.mock.calls).toEqual([['rejected', 1]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up at the time-out: what is not answered is the placeholder, and a late answer changes nothing', async () => {
    const late = makeResolvers();
    const asked: unknown[] = [];
    const span = makeSpan({ [OBSERVATION_INPUT]: 'a', [TRACE_INPUT]: 'b', [OBSERVATION_OUTPUT]: 'c' });
    const unready = expectLater(
      mask(span, (data) => {
        asked.push(data);
        return data === 'a' ? Promise.resolve('A') : late.promise;
      }),
    );
    await vi.advanceTimersByTimeAsync(TIMEOUT_MILLIS);
    const { attributes } = await unready.ready;
    const expected = {
      [OBSERVATION_INPUT]: 'A',
      [TRACE_INPUT]: MASK_PLACEHOLDER,
      [OBSERVATION_OUTPUT]: MASK_PLACEHOLDER,
    };
    expect(attributes).toEqual(expected);
    late.resolve('late');
    await vi.advanceTimersByTimeAsync(0);
    expect(attributes).toEqual(expected);
    expect(asked).toEqual(['a', 'b']);
    expect(onFailure.mock.calls).toEqual([['timed_out', 2]]);
  });

  it('is finished on the spot for a process that exits', async () => {
    const span = makeSpan({ [OBSERVATION_INPUT]: 'a', other: 'b' });
    const unready = expectLater(mask(span, () => new Promise(() => {})));
    expect(unready.finishNow().attributes).toEqual({ [OBSERVATION_INPUT]: MASK_PLACEHOLDER, other: 'b' });
    expect(unready.finishNow()).toBe(unready.finishNow());
    expect(onFailure.mock.calls).toEqual([['timed_out', 1]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes a thenable that throws for one that failed', () => {
    const thenable = Object.defineProperty({}, 'then', {
      get() {
        throw new Error('it quotes the secret');
      },
    });
    const masked = expectNow(mask(makeSpan({ [OBSERVATION_INPUT]: 'a' }), () => thenable));
    expect(masked.attributes).toEqual({ [OBSERVATION_INPUT]: MASK_PLACEHOLDER });
  });

  it('counts the text that waits', () => {
    const text = 'x'.repeat(100_000);
    const unready = expectLater(
      mask(makeSpan({ [OBSERVATION_INPUT]: text, other: [text] }), () => new Promise(() => {})),
    );
    expect(unready.byteLength).toBeGreaterThan(400_000);
    expect(unready.byteLength).toBeLessThan(410_000);
  });

  it('leaves no rejection unhandled where a span can not be measured', async () => {
    const span = { ...makeSpan({ [OBSERVATION_INPUT]: 'a' }) } as ReadableSpan;
    const event = {
      get name(): string {
        throw new Error('unreadable');
      },
    };
    const unreadable = { ...span, spanContext: () => ({}), events: [event] } as unknown as ReadableSpan;
    expect(() => mask(unreadable, () => Promise.reject(new Error('secret')))).toThrow('unreadable');
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  });
});

function makeResolvers() {
  let resolve: (value: unknown) => void = () => {};
  const promise = new Promise((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve };
}
