import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChunkPool } from './chunk-pool.js';
import { ExportPool, type Settlement } from './export-pool.js';
import { NoWorkerError, type TaskListener } from './export-worker.js';
import { HAND_OFFS } from './hand-off.js';
import type { ResolvedOptions } from './options.js';
import { type ExportTask, REPLY_GRACE_MILLIS } from './protocol.js';

const EXPORTS_PER_WORKER = 8;
const MAX_EXPORTS_PER_WORKER = 30;
const EXPORT_TIMEOUT_MILLIS = 1_000;
/** In companies of 8, 4, 2 and alone; of 30, 15, 7, 3 and alone. */
const countMaxCrashes = (maxConcurrentExports: number) => (maxConcurrentExports > EXPORTS_PER_WORKER ? 5 : 4);
/** A pool that never comes to an end is a failure, not a test that hangs. */
const MAX_STEPS = 2_000;

interface Export {
  readonly chunkId: number;
  readonly listener: TaskListener;
}

/** A worker whose thread answers and dies when the test says so. */
class PuppetWorker {
  static all: PuppetWorker[] = [];
  underWay: Export[] = [];
  replacedCount = 0;
  isAvailable = true;

  constructor() {
    PuppetWorker.all.push(this);
  }

  run({ buffer }: ExportTask, _transferList: ArrayBuffer[], listener: TaskListener): void {
    if (!this.isAvailable) listener.onLost(new NoWorkerError('the worker can not start'));
    else this.underWay.push({ chunkId: new Uint8Array(buffer)[0] ?? 0, listener });
  }

  /** Its thread can't start, and is not tried again for a while. */
  fail(): void {
    this.isAvailable = false;
    for (const { listener } of this.underWay.splice(0)) listener.onLost(new NoWorkerError('the worker can not start'));
  }

  reply(exported: Export): void {
    this.underWay = this.underWay.filter((other) => other !== exported);
    exported.listener.onReply({ type: 'exported', outcome: { status: 'success', exportedSpanCount: 1 } });
  }

  /** As the real one: it has a new thread, then tells of each export that it is lost. */
  die(): void {
    for (const { listener } of this.underWay.splice(0)) listener.onLost(new Error('the worker died'));
  }

  replace(): void {
    this.replacedCount += 1;
    this.die();
  }

  receiveReplies(): void {}
}

vi.mock('./export-worker.js', async (importOriginal) => ({
  ...(await importOriginal<typeof import('./export-worker.js')>()),
  ExportWorker: class {
    constructor() {
      // biome-ignore lint/correctness/noConstructorReturn: a double in place of the class.
      return new PuppetWorker();
    }
  },
}));

interface Chunk {
  readonly settlements: Settlement[];
  /** How many were under way in each worker that died with it. */
  readonly companies: number[];
}

/** A pool with its workers in the test's hand. */
class Subject {
  readonly #pool: ExportPool;
  readonly workers: readonly PuppetWorker[];
  readonly chunks: Chunk[] = [];

  constructor(threads: number, maxConcurrentExports = EXPORTS_PER_WORKER) {
    PuppetWorker.all = [];
    const handOff = 'shared';
    const options: Partial<ResolvedOptions> = {
      handOff,
      exporter: { type: 'hosted', module: 'any', exportName: 'Any', options: undefined, maxConcurrentExports },
      exportTimeoutMillis: EXPORT_TIMEOUT_MILLIS,
      worker: { threads, maxOldGenerationSizeMb: undefined, url: undefined, niceIncrement: 0 },
    };
    const { allocate } = HAND_OFFS[handOff];
    const buffers = new ChunkPool({ allocate, minBufferBytes: 1, getMaxPooledBytes: () => 0 });
    this.#pool = new ExportPool(options as ResolvedOptions, buffers);
    this.workers = PuppetWorker.all;
  }

  dispatch(): void {
    const chunk: Chunk = { settlements: [], companies: [] };
    const chunkId = this.chunks.push(chunk) - 1;
    const bytes = new Uint8Array(new SharedArrayBuffer(1)).fill(chunkId);
    this.#pool.dispatch({ bytes, spanCount: 1, startedCopy: undefined }, (end) => chunk.settlements.push(end));
  }

  die(worker: PuppetWorker): void {
    const { length } = worker.underWay;
    for (const { chunkId } of worker.underWay) this.chunks[chunkId]?.companies.push(length);
    worker.die();
  }

  /** The chunks under way in the first worker. */
  get underWay(): number[] {
    return (this.workers[0]?.underWay ?? []).map(({ chunkId }) => chunkId);
  }

  get isIdle(): boolean {
    return this.workers.every(({ underWay }) => underWay.length === 0);
  }

  crashCountOf({ chunkId }: Export): number {
    return this.chunks[chunkId]?.companies.length ?? 0;
  }
}

function reasonOf({ settlements }: Chunk): string | undefined {
  const [settlement] = settlements;
  return settlement?.status === 'dropped' ? settlement.reason : settlement?.status;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate'] });
});

afterEach(() => vi.useRealTimers());

const scripts = fc.record({
  threads: fc.integer({ min: 1, max: 3 }),
  maxConcurrentExports: fc.constantFrom(1, 3, EXPORTS_PER_WORKER, MAX_EXPORTS_PER_WORKER),
  poisonIds: fc.uniqueArray(fc.nat({ max: 39 }), { maxLength: 6 }),
  chunkCount: fc.integer({ min: 1, max: 40 }),
  /** Each number chooses what happens next and to whom. */
  choices: fc.infiniteStream(fc.nat({ max: 1_000_000 })),
});

function choose<T>(choice: number, options: readonly T[]): T | undefined {
  return options[choice % Math.max(1, options.length)];
}

function expectCompanies(subject: Subject, maxConcurrentExports: number): void {
  for (const { underWay } of subject.workers) {
    expect(underWay.length).toBeLessThanOrEqual(maxConcurrentExports);
    const suspects = underWay.filter((exported) => subject.crashCountOf(exported) > 0);
    expect([0, underWay.length], 'suspects beside chunks that nobody suspects').toContain(suspects.length);
  }
}

/** Lets things happen until all is settled. A poison is never answered and ends its worker sooner or later. */
function play(
  subject: Subject,
  { poisonIds, chunkCount, choices, maxConcurrentExports }: typeof scripts extends fc.Arbitrary<infer T> ? T : never,
  chanceDeaths: number,
): void {
  let deaths = chanceDeaths;
  let stepCount = 0;
  for (const choice of choices) {
    expect(++stepCount, 'steps until all is settled').toBeLessThan(MAX_STEPS);
    const canDispatch = subject.chunks.length < chunkCount;
    if (!canDispatch && subject.isIdle) return;
    const worker = choose(
      choice >>> 4,
      subject.workers.filter(({ underWay }) => underWay.length > 0),
    );
    if (worker === undefined || (canDispatch && choice % 3 === 0)) subject.dispatch();
    else {
      const exported = choose(choice >>> 6, worker.underWay) as Export;
      const isDeadly = poisonIds.includes(exported.chunkId);
      const isChance = !isDeadly && deaths > 0 && choice % 7 === 0;
      if (isChance) deaths -= 1;
      if (isDeadly || isChance) subject.die(worker);
      else worker.reply(exported);
    }
    expectCompanies(subject, maxConcurrentExports);
  }
}

it('a chunk that kills workers is given up, and nobody else, after four deaths at the most, or five', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const subject = new Subject(script.threads, script.maxConcurrentExports);
      play(subject, script, 0);
      const maxCrashes = countMaxCrashes(script.maxConcurrentExports);
      for (const [id, chunk] of subject.chunks.entries()) {
        expect(chunk.settlements).toHaveLength(1);
        const isPoison = script.poisonIds.includes(id);
        expect(reasonOf(chunk)).toBe(isPoison ? 'worker_crashed' : 'exported');
        expect(chunk.companies.length).toBeLessThanOrEqual(isPoison ? maxCrashes : maxCrashes - 1);
      }
    }),
    { numRuns: 200 },
  );
});

it('whatever else kills workers, a chunk is given up only when it was alone and had met a death before', () => {
  fc.assert(
    fc.property(scripts, fc.integer({ min: 1, max: 30 }), (script, chanceDeaths) => {
      const subject = new Subject(script.threads, script.maxConcurrentExports);
      play(subject, script, chanceDeaths);
      for (const chunk of subject.chunks) {
        expect(chunk.settlements).toHaveLength(1);
        const { companies } = chunk;
        const isPinned = companies.length > 1 && companies.at(-1) === 1;
        expect(reasonOf(chunk)).toBe(isPinned ? 'worker_crashed' : 'exported');
        expect(companies.length).toBeLessThanOrEqual(countMaxCrashes(script.maxConcurrentExports));
      }
    }),
    { numRuns: 200 },
  );
});

it('what a killed worker had is sent again by four, before anything else', () => {
  const subject = new Subject(1);
  for (let index = 0; index < 16; index++) subject.dispatch();
  subject.die(subject.workers[0] as PuppetWorker);
  const rounds: number[][] = [];
  while (!subject.isIdle) {
    rounds.push(subject.underWay);
    for (const exported of [...(subject.workers[0]?.underWay ?? [])]) subject.workers[0]?.reply(exported);
  }
  expect(rounds.map((chunkIds) => chunkIds.length)).toEqual([4, 4, 8]);
  expect(rounds[0]).toEqual([0, 1, 2, 3]);
});

it('an exporter that takes one export at a time gets the next chunk with the reply to the last', () => {
  const subject = new Subject(2, 1);
  for (let index = 0; index < 4; index++) subject.dispatch();
  const [first, second] = subject.workers as [PuppetWorker, PuppetWorker];
  expect(subject.workers.map(({ underWay }) => underWay.map(({ chunkId }) => chunkId))).toEqual([[0], [1]]);
  second.reply(second.underWay[0] as Export);
  expect(second.underWay.map(({ chunkId }) => chunkId)).toEqual([2]);
  first.reply(first.underWay[0] as Export);
  expect(first.underWay.map(({ chunkId }) => chunkId)).toEqual([3]);
});

it('what a killed worker had goes again before anything else where all chunks go alone', () => {
  const subject = new Subject(1, 1);
  for (let index = 0; index < 3; index++) subject.dispatch();
  subject.die(subject.workers[0] as PuppetWorker);
  expect(subject.underWay).toEqual([0]);
  subject.die(subject.workers[0] as PuppetWorker);
  expect(reasonOf(subject.chunks[0] as Chunk)).toBe('worker_crashed');
  expect(subject.underWay).toEqual([1]);
});

it('what a stuck worker had is sent again one by one: each company would cost another time-out', async () => {
  const subject = new Subject(1);
  for (let index = 0; index < 9; index++) subject.dispatch();
  await vi.advanceTimersByTimeAsync(EXPORT_TIMEOUT_MILLIS + REPLY_GRACE_MILLIS + 10);
  expect(subject.workers[0]?.replacedCount).toBe(1);
  expect(subject.underWay).toEqual([0]);
  subject.workers[0]?.reply(subject.workers[0].underWay[0] as Export);
  expect(subject.underWay).toEqual([1]);
  await vi.advanceTimersByTimeAsync(EXPORT_TIMEOUT_MILLIS + REPLY_GRACE_MILLIS + 10);
  expect(reasonOf(subject.chunks[1] as Chunk)).toBe('worker_crashed');
  expect(subject.underWay).toEqual([2]);
});

it('a worker without a thread is given nothing, and what it had goes to another', () => {
  const subject = new Subject(2);
  const [failing, healthy] = subject.workers as [PuppetWorker, PuppetWorker];
  for (let index = 0; index < 4; index++) subject.dispatch();
  expect([failing.underWay.length, healthy.underWay.length]).toEqual([2, 2]);
  failing.fail();
  for (let index = 0; index < 6; index++) subject.dispatch();
  expect(healthy.underWay).toHaveLength(EXPORTS_PER_WORKER);
  while (!subject.isIdle) healthy.reply(healthy.underWay[0] as Export);
  expect(subject.chunks.map(reasonOf)).toEqual(Array.from({ length: 10 }, () => 'exported'));
});

it('a worker whose thread can be had again shares the work', () => {
  const subject = new Subject(2);
  const [failing, healthy] = subject.workers as [PuppetWorker, PuppetWorker];
  failing.fail();
  subject.dispatch();
  expect(healthy.underWay).toHaveLength(1);
  failing.isAvailable = true;
  subject.dispatch();
  expect(failing.underWay).toHaveLength(1);
});

it('where no worker has a thread, chunks are dropped: those under way, those that wait and those that come', () => {
  const subject = new Subject(2);
  for (let index = 0; index < 2 * EXPORTS_PER_WORKER + 1; index++) subject.dispatch();
  for (const worker of subject.workers) worker.fail();
  subject.dispatch();
  expect(subject.chunks.map(reasonOf)).toEqual(subject.chunks.map(() => 'no_worker'));
});
