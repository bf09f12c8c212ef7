import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import {
  type ExporterSettings,
  type ExportFailure,
  type ExportOutcome,
  type ExportReply,
  type ExportTask,
  PROTOCOL_VERSION,
  type WorkerReply,
  type WorkerSettings,
  type WorkerTask,
} from '../src/protocol.js';
import type { ChunkExporter } from './chunk-exporter.js';
import { HostedExporter } from './hosted-exporter.js';
import { OtlpExporter } from './otlp-exporter.js';

const exporter = createExporter(checkSettings(piscinaWorkerData()).exporter);

/** The piscina task. It answers every failure with an outcome; it rejects only when the worker itself is broken. */
export default async function handleTask(task: WorkerTask): Promise<WorkerReply> {
  switch (task.type) {
    case 'export':
      return sendHome(await exportChunk(task), task.buffer);
    case 'flush':
      return acknowledge(await exporter.flush(task.timeoutMillis));
    case 'shutdown':
      return acknowledge(await exporter.shutdown(task.timeoutMillis));
    default:
      throw new TypeError(`expected a task of a known type, got ${JSON.stringify(task satisfies never)}`);
  }
}

function createExporter(settings: ExporterSettings): ChunkExporter {
  switch (settings.type) {
    case 'otlp-protobuf':
      return new OtlpExporter(settings);
    case 'hosted':
      return new HostedExporter(settings);
    default:
      throw new TypeError(`expected an exporter of a known type, got ${JSON.stringify(settings satisfies never)}`);
  }
}

async function exportChunk({ buffer, byteLength, spanCount, timeoutMillis }: ExportTask): Promise<ExportOutcome> {
  try {
    return await exporter.export(new Uint8Array(buffer, 0, byteLength), spanCount, timeoutMillis);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: 'failure', failedSpanCount: spanCount, failure: { reason: 'chunk_format', message } };
  }
}

function acknowledge(failure: ExportFailure | undefined): WorkerReply {
  return failure === undefined ? { type: 'acknowledged' } : { type: 'acknowledged', failure };
}

/** Sends a transferred buffer home with the reply, to be used again. */
function sendHome(outcome: ExportOutcome, buffer: ArrayBufferLike): ExportReply {
  if (!(buffer instanceof ArrayBuffer)) return { type: 'exported', outcome };
  const reply: ExportReply = { type: 'exported', outcome, buffer };
  return move({ [transferableSymbol]: [buffer], [valueSymbol]: reply }) as unknown as ExportReply;
}

function piscinaWorkerData(): unknown {
  return workerData;
}

function checkSettings(settings: unknown): WorkerSettings {
  const { protocolVersion } = settings as WorkerSettings;
  if (protocolVersion !== PROTOCOL_VERSION) {
    throw new Error(
      `expected protocol version ${PROTOCOL_VERSION}, got ${protocolVersion}: ` +
        "offloop's worker file and its main file are of different versions; install or bundle both anew",
    );
  }
  return settings as WorkerSettings;
}
