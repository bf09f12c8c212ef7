import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../experiments/service/free-port.js';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { CollectorProcess } from './collector-process.js';
import { readWrittenSpans } from './written-spans.js';

/** By their names in the Collector's own configuration. */
export interface FileCollectorOptions {
  /** Of both receivers. */
  readonly receiver?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly memoryLimiter?: Readonly<Record<string, unknown>>;
}

interface Ports {
  readonly http: number;
  readonly grpc: number;
}

/** A Collector that takes OTLP and writes it to a file, by way of its memory limiter and its batch processor. */
export class FileCollector {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  readonly #folder: string;
  readonly #file: string;
  readonly #ports: Ports;
  #process: CollectorProcess | undefined;

  private constructor(folder: string, ports: Ports, scheme: 'http' | 'https') {
    // An address is no server name in TLS.
    const host = scheme === 'https' ? 'localhost' : '127.0.0.1';
    this.httpUrl = `${scheme}://${host}:${ports.http}`;
    this.grpcUrl = `${scheme}://${host}:${ports.grpc}`;
    this.#folder = folder;
    this.#file = join(folder, 'traces.jsonl');
    this.#ports = ports;
  }

  static async start(options: FileCollectorOptions = {}): Promise<FileCollector> {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-collector-'));
    const ports = { http: await findFreePort(), grpc: await findFreePort() };
    const collector = new FileCollector(folder, ports, options.receiver?.['tls'] === undefined ? 'http' : 'https');
    await collector.startAgain(options);
    return collector;
  }

  get log(): string {
    return this.#process?.log ?? '';
  }

  readSpans(): Promise<ReceivedSpan[]> {
    return readWrittenSpans(this.#file);
  }

  /** Ends it by SIGTERM; what it held is in the file then. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** With the ports and the file it had. */
  async startAgain(options: FileCollectorOptions = {}): Promise<void> {
    const config = join(this.#folder, 'config.yaml');
    // YAML reads JSON.
    await writeFile(config, JSON.stringify(configure(this.#ports, this.#file, options)));
    this.#process = await CollectorProcess.start({ configs: [config] });
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function configure(ports: Ports, file: string, options: FileCollectorOptions) {
  const { receiver, extensions = {}, memoryLimiter } = options;
  return {
    extensions,
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: `127.0.0.1:${ports.http}`, ...receiver },
          grpc: { endpoint: `127.0.0.1:${ports.grpc}`, ...receiver },
        },
      },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 1024, ...memoryLimiter },
      batch: { timeout: '100ms' },
    },
    exporters: { file: { path: file, append: true, flush_interval: '50ms' } },
    service: {
      extensions: Object.keys(extensions),
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters: ['file'] } },
    },
  };
}
