import { emptyResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createSpan } from '../test/arbitraries/plain-span.js';
import { ChunkOutbox } from './chunk-outbox.js';
import { ChunkPool } from './chunk-pool.js';
import type { ExportPool, OnSettled, RetainedChunk, Settlement } from './export-pool.js';
import type { ResolvedOptions } from './options.js';
import { SpanEncoder } from './wire/span-encoder.js';

const BUFFER_BYTES = 64 * 1024;
const OPTIONS = { handOff: 'transfer', exportTimeoutMillis: 30_000, maxQueueBytes: 64 * BUFFER_BYTES };

let dispatched: RetainedChunk[];
let settles: OnSettled[];
let settlements: Settlement[];
let isSaturated: boolean;
let outbox: ChunkOutbox;
let buffers: ChunkPool;

function createOutbox(options: Partial<typeof OPTIONS> = {}): ChunkOutbox {
  const exportPool = {
    dispatch: (chunk: RetainedChunk, settle: OnSettled) => {
      dispatched.push(chunk);
      settles.push(settle);
    },
    get isSaturated() {
      return isSaturated;
    },
  };
  return new ChunkOutbox(
    { ...OPTIONS, ...options } as unknown as ResolvedOptions,
    buffers,
    exportPool as unknown as ExportPool,
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  dispatched = [];
  settles = [];
  settlements = [];
  isSaturated = false;
  buffers = new ChunkPool({
    allocate: (byteLength) => new Uint8Array(byteLength),
    minBufferBytes: BUFFER_BYTES,
    getMaxPooledBytes: () => 0,
  });
  outbox = createOutbox();
});

afterEach(() => {
  vi.useRealTimers();
});

function send(mayWait: boolean, textLength = BUFFER_BYTES / 2, resource: Resource = emptyResource()): void {
  const encoder = new SpanEncoder<ArrayBufferLike>({
    maxSpanBytes: BUFFER_BYTES,
    acquire: (minimumBytes) => buffers.acquire(minimumBytes) as Uint8Array<ArrayBufferLike>,
    release: () => {},
  });
  expect(encoder.encode(createSpan({ resource, attributes: { text: 'x'.repeat(textLength) } }))).toBe('written');
  const chunk = encoder.close();
  if (chunk === undefined) throw new Error('expected a chunk');
  outbox.send(chunk, undefined, mayWait, (settlement) => settlements.push(settlement));
}

test('four chunks that may wait leave together', () => {
  for (let sent = 1; sent <= 3; sent++) send(true);
  expect(dispatched).toHaveLength(0);
  expect(outbox.heldBytes).toBe(3 * BUFFER_BYTES);
  send(true);
  expect(dispatched).toHaveLength(4);
});

test('the first waits 100 ms for others, and the next first as long', () => {
  for (let round = 1; round <= 2; round++) {
    send(true);
    vi.advanceTimersByTime(60);
    send(true);
    vi.advanceTimersByTime(39);
    expect(dispatched).toHaveLength(2 * (round - 1));
    vi.advanceTimersByTime(1);
    expect(dispatched).toHaveLength(2 * round);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test('a chunk that may not wait leaves at once, behind those that do', () => {
  send(true);
  send(false);
  expect(dispatched).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
  outbox.sendGathered();
  expect(dispatched).toHaveLength(2);
});

test('what waits leaves when it is asked for', () => {
  send(true);
  outbox.sendGathered();
  expect(dispatched).toHaveLength(1);
});

test('none waits here while the workers are busy', () => {
  isSaturated = true;
  send(true);
  expect(dispatched).toHaveLength(1);
});

test('a mostly empty chunk is kept as it is, but as a copy of its own size where the queue fills', () => {
  outbox = createOutbox({ maxQueueBytes: 16 * BUFFER_BYTES });
  const textLength = BUFFER_BYTES / 3;
  for (let sent = 1; sent <= 3; sent++) send(false, textLength);
  expect(outbox.heldBytes).toBe(3 * BUFFER_BYTES);
  send(false, textLength);
  expect(outbox.heldBytes).toBeGreaterThan(3 * BUFFER_BYTES + textLength);
  expect(outbox.heldBytes).toBeLessThan(3.5 * BUFFER_BYTES);
});

test('a chunk that there is no memory to copy leaves in the buffer that it has', () => {
  vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation(() => {
    throw new RangeError('Array buffer allocation failed');
  });
  onTestFinished(() => void vi.restoreAllMocks());
  send(false, 100);
  expect(dispatched).toHaveLength(1);
  expect(outbox.heldBytes).toBe(BUFFER_BYTES);
});

test('none waits where chunks take a quarter of the queue', () => {
  outbox = createOutbox({ maxQueueBytes: 8 * BUFFER_BYTES });
  send(true);
  expect(dispatched).toHaveLength(0);
  send(true);
  expect(dispatched).toHaveLength(2);
});

test('a chunk that waits for its resource is held, and counted, as a copy of its own size where it is mostly empty', () => {
  const pending = resourceFromAttributes({ 'host.id': new Promise<string>(() => {}) });
  send(false, 100, pending);
  expect(outbox.heldBytes).toBeLessThan(1_000);
  send(false, BUFFER_BYTES / 2, pending);
  expect(outbox.heldBytes).toBeGreaterThan(BUFFER_BYTES);
  expect(dispatched).toHaveLength(0);
  outbox.sendIncomplete();
  expect(dispatched).toHaveLength(2);
});

test('a chunk leaves without what its resource still lacks after half of exportTimeoutMillis, once', async () => {
  let answer = (_: string) => {};
  const late = new Promise<string>((resolve) => {
    answer = resolve;
  });
  send(false, 100, resourceFromAttributes({ 'host.id': late }));
  vi.advanceTimersByTime(OPTIONS.exportTimeoutMillis / 2 - 1);
  expect(dispatched).toHaveLength(0);
  vi.advanceTimersByTime(1);
  expect(dispatched).toHaveLength(1);
  answer('late');
  await vi.advanceTimersByTimeAsync(OPTIONS.exportTimeoutMillis);
  expect(dispatched).toHaveLength(1);
});

test('what is given up takes no memory any more, and is not settled later', () => {
  send(false);
  send(false);
  settles[0]?.({ status: 'exported' });
  expect(settlements).toHaveLength(1);
  outbox.giveUp();
  expect(outbox.heldBytes).toBe(0);
  settles[1]?.({ status: 'exported' });
  expect(settlements).toHaveLength(1);
  expect(outbox.heldBytes).toBe(0);
});
