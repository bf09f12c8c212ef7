import { describeValue } from '../sink/sink-error.js';
import { InvalidRequestError, isFields, readJson } from './read-json.js';

/** An event of the SDKs before OpenTelemetry, as it came. */
export interface IngestionEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The body of the 207 answer: each event has its own status. */
export interface IngestionAnswer {
  readonly successes: readonly { readonly id: string; readonly status: number }[];
  readonly errors: readonly {
    readonly id: string;
    readonly status: number;
    readonly message: string;
    readonly error: string;
  }[];
}

export interface IngestionReport {
  /** Events that were taken, duplicates included. */
  readonly receivedEventCount: number;
  /** Events that were answered with an error of their own. */
  readonly rejectedEventCount: number;
  /** Events whose id had come before, as after a retry. They are not kept again. */
  readonly duplicateEventCount: number;
  /** Taken, but past the room there is to keep them. */
  readonly notKeptEventCount: number;
  readonly countByType: Readonly<Record<string, number>>;
}

const TYPES: ReadonlySet<string> = new Set([
  'trace-create',
  'score-create',
  'event-create',
  'span-create',
  'span-update',
  'generation-create',
  'generation-update',
  'observation-create',
  'observation-update',
  'agent-create',
  'tool-create',
  'chain-create',
  'retriever-create',
  'evaluator-create',
  'embedding-create',
  'guardrail-create',
  'dataset-run-item-create',
  'sdk-log',
]);

/** Takes the batches of `POST /api/public/ingestion` and keeps their events. */
export class IngestionLedger {
  readonly #maxKeptBytes: number;
  readonly #events: IngestionEvent[] = [];
  readonly #ids = new Set<string>();
  readonly #countByType = new Map<string, number>();
  #keptBytes = 0;
  #receivedCount = 0;
  #rejectedCount = 0;
  #duplicateCount = 0;
  #notKeptCount = 0;

  constructor(maxKeptBytes: number) {
    this.#maxKeptBytes = maxKeptBytes;
  }

  get events(): readonly IngestionEvent[] {
    return this.#events;
  }

  /** @throws InvalidRequestError when the body is not a batch at all. */
  accept(body: Buffer): IngestionAnswer {
    const value = readJson(body);
    const batch = isFields(value) ? value['batch'] : undefined;
    if (!Array.isArray(batch)) {
      throw new InvalidRequestError(`batch: expected an array, got ${describeValue(batch)}`);
    }
    const successes: { id: string; status: number }[] = [];
    const errors: IngestionAnswer['errors'][number][] = [];
    for (const event of batch) {
      const problem = findProblem(event);
      if (problem === undefined) {
        this.#take(event as IngestionEvent, body.byteLength / batch.length);
        successes.push({ id: (event as IngestionEvent).id, status: 201 });
      } else {
        this.#rejectedCount += 1;
        errors.push({ id: toId(event), status: 400, message: 'Invalid request data', error: problem });
      }
    }
    return { successes, errors };
  }

  report(): IngestionReport {
    return {
      receivedEventCount: this.#receivedCount,
      rejectedEventCount: this.#rejectedCount,
      duplicateEventCount: this.#duplicateCount,
      notKeptEventCount: this.#notKeptCount,
      countByType: Object.fromEntries(this.#countByType),
    };
  }

  /** @param byteLength its share of the batch: near enough for a bound */
  #take(event: IngestionEvent, byteLength: number): void {
    this.#receivedCount += 1;
    this.#countByType.set(event.type, (this.#countByType.get(event.type) ?? 0) + 1);
    if (this.#ids.has(event.id)) {
      this.#duplicateCount += 1;
    } else if (this.#keptBytes + byteLength > this.#maxKeptBytes) {
      this.#notKeptCount += 1;
    } else {
      this.#keptBytes += byteLength;
      this.#ids.add(event.id);
      this.#events.push(event);
    }
  }
}

function findProblem(event: unknown): string | undefined {
  if (!isFields(event)) return `event: expected an object, got ${describeValue(event)}`;
  const { id, type, timestamp, body } = event;
  if (typeof id !== 'string' || id === '') return `id: expected a string, got ${describeValue(id)}`;
  if (typeof type !== 'string' || !TYPES.has(type)) return `type: expected a known type, got ${describeValue(type)}`;
  if (typeof timestamp !== 'string' || Number.isNaN(Date.parse(timestamp))) {
    return `timestamp: expected a date, got ${describeValue(timestamp)}`;
  }
  return isFields(body) ? undefined : `body: expected an object, got ${describeValue(body)}`;
}

function toId(event: unknown): string {
  return isFields(event) && typeof event['id'] === 'string' ? event['id'] : 'unknown';
}
