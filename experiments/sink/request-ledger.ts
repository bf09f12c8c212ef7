import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { KeptRequest, RequestOutcome, RequestReport } from './sink-report.js';

/** One OTLP request on its way through the sink. Its first outcome stands. */
export interface Exchange {
  readonly isOpen: boolean;
  /** Notes a body that was read to its end. */
  addBody(wireBytes: number): void;
  end(outcome: Exclude<RequestOutcome, 'in-flight'>): void;
}

interface MutableKeptRequest extends KeptRequest {
  wireBytes: number;
  outcome: RequestOutcome;
}

/** Counts requests, their outcomes and their bytes, and keeps the heads of the last ones. */
export class RequestLedger {
  readonly #maxKeptRequestCount: number;
  readonly #countByOutcome = new Map<RequestOutcome, number>();
  readonly #faultCountByType = new Map<string, number>();
  readonly #sockets = new WeakSet<Socket>();
  readonly #kept: MutableKeptRequest[] = [];
  #receivedCount = 0;
  #inFlightCount = 0;
  #connectionCount = 0;
  #wireBytes = 0;
  #acceptedWireBytes = 0;
  #acceptedDecodedBytes = 0;

  constructor(maxKeptRequestCount: number) {
    this.#maxKeptRequestCount = maxKeptRequestCount;
  }

  get kept(): readonly KeptRequest[] {
    return this.#kept;
  }

  open(request: IncomingMessage): Exchange {
    this.#receivedCount += 1;
    this.#inFlightCount += 1;
    if (!this.#sockets.has(request.socket)) {
      this.#sockets.add(request.socket);
      this.#connectionCount += 1;
    }
    const kept = this.#keep(request);
    const ledger = this;
    return {
      get isOpen() {
        return kept.outcome === 'in-flight';
      },
      addBody(wireBytes) {
        kept.wireBytes = wireBytes;
        ledger.#wireBytes += wireBytes;
      },
      end(outcome) {
        if (kept.outcome !== 'in-flight') return;
        kept.outcome = outcome;
        ledger.#inFlightCount -= 1;
        ledger.#countByOutcome.set(outcome, (ledger.#countByOutcome.get(outcome) ?? 0) + 1);
      },
    };
  }

  addFault(type: string): void {
    this.#faultCountByType.set(type, (this.#faultCountByType.get(type) ?? 0) + 1);
  }

  addAccepted(wireBytes: number, decodedBytes: number): void {
    this.#acceptedWireBytes += wireBytes;
    this.#acceptedDecodedBytes += decodedBytes;
  }

  report(): RequestReport {
    const { reset = 0, hung = 0, aborted = 0, ...countByStatus } = Object.fromEntries(this.#countByOutcome);
    return {
      receivedCount: this.#receivedCount,
      inFlightCount: this.#inFlightCount,
      countByStatus,
      resetCount: reset,
      hungCount: hung,
      abortedCount: aborted,
      faultCountByType: Object.fromEntries(this.#faultCountByType),
      connectionCount: this.#connectionCount,
      wireBytes: this.#wireBytes,
      acceptedWireBytes: this.#acceptedWireBytes,
      acceptedDecodedBytes: this.#acceptedDecodedBytes,
    };
  }

  #keep(request: IncomingMessage): MutableKeptRequest {
    const headers = Object.entries(request.headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined,
    );
    const kept: MutableKeptRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: Object.fromEntries(headers),
      receivedAtUnixMillis: performance.timeOrigin + performance.now(),
      wireBytes: 0,
      outcome: 'in-flight',
    };
    this.#kept.push(kept);
    if (this.#kept.length > this.#maxKeptRequestCount) this.#kept.shift();
    return kept;
  }
}
