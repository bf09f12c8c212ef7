import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import {
  type ExportOutcome,
  type ExportReply,
  type ExportTask,
  PROTOCOL_VERSION,
  type WorkerReply,
  type WorkerSettings,
  type WorkerTask,
} from '../src/protocol.js';
import { decodeChunk } from '../src/wire/chunk-decoder.js';
import { HostedExporter } from './hosted-exporter.js';

const hostedExporter = new HostedExporter(checkSettings(piscinaWorkerData()).exporter);

/** The piscina task. It answers every failure with an outcome; it rejects only when the worker itself is broken. */
export default async function handleTask(task: WorkerTask): Promise<WorkerReply> {
  switch (task.type) {
    case 'export':
      return sendHome(await exportChunk(task), task.buffer);
    case 'flush':
      return acknowledge(await hostedExporter.flush(task.timeoutMillis));
    case 'shutdown':
      return acknowledge(await hostedExporter.shutdown(task.timeoutMillis));
    default:
      throw new TypeError(`expected a task of a known type, got ${JSON.stringify(task satisfies never)}`);
  }
}

async function exportChunk(task: ExportTask): Promise<ExportOutcome> {
  let failure: Awaited<ReturnType<HostedExporter['export']>>;
  try {
    const { spans } = decodeChunk(new Uint8Array(task.buffer, 0, task.byteLength));
    failure = await hostedExporter.export(spans, task.timeoutMillis);
  } catch (error) {
    failure = { reason: 'chunk_format', message: error instanceof Error ? error.message : String(error) };
  }
  return failure === undefined
    ? { status: 'success', exportedSpanCount: task.spanCount }
    : { status: 'failure', failedSpanCount: task.spanCount, failure };
}

function acknowledge(failure: Awaited<ReturnType<HostedExporter['flush']>>): WorkerReply {
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
