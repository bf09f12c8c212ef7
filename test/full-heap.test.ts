import { describe, expect, it } from 'vitest';
import type { HeapFill } from './fixtures/full-heap-exporter.js';
import { runBuilt } from './fixtures/run-fixture.js';

async function fillHeap(kind: 'bare' | 'offloop', fill: HeapFill): Promise<string | null> {
  const { signal, stdout } = await runBuilt('test/fixtures/full-heap.js', { args: [kind, fill] });
  return signal ?? stdout;
}

describe("a worker's full heap", () => {
  it('ends the worker only where each thing it holds is small, as it does a bare thread', async () => {
    expect(await fillHeap('bare', 'many small objects')).toBe('outlived ERR_WORKER_OUT_OF_MEMORY');
    expect(await fillHeap('offloop', 'many small objects')).toBe('outlived worker_crashed');
  });

  // Node gives a full heap 16 MiB more and ends the thread; V8 aborts where an allocation does not fit even then.
  it.each<HeapFill>(['one object', 'one array'])(
    'aborts the process where %s outgrows it: not promised, and a bare thread does the same',
    async (fill) => {
      expect(await fillHeap('bare', fill)).toBe('SIGABRT');
      expect(await fillHeap('offloop', fill)).toBe('SIGABRT');
    },
  );
});
