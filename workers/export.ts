import { workerData } from 'node:worker_threads';
import {
  type ConnectTask,
  type ExportFailure,
  type ExportOutcome,
  type ExportReply,
  type ExportTask,
  PROTOCOL_VERSION,
  type TaskMessage,
  type WorkerReply,
  type WorkerSettings,
  type WorkerTask,
} from '../src/protocol.js';
import type { ChunkExporter } from './chunk-exporter.js';
import { HookedExporter } from './hooks/hooked-exporter.js';
import { HostedExporter } from './hosted-exporter.js';
import { OtlpExporter } from './otlp-exporter.js';
import { raiseReplySignal } from './raise-reply-signal.js';
import { ReplyOutbox } from './reply-outbox.js';
import { lowerThreadPriority } from './thread-priority.js';

const settings = checkSettings(workerData);
lowerThreadPriority(settings.niceIncrement);

/** Not awaited here: a CommonJS bundle could not hold this module then. The thread ends where it throws or rejects. */
const exporterReady = createExporter(settings);

/** The piscina task: from then on tasks come over the channel. */
export default async function connect(connection: ConnectTask): Promise<void> {
  const exporter = await exporterReady;
  const outbox = new ReplyOutbox(connection);
  outbox.post();
  process.once('exit', () => {
    Atomics.store(connection.hasEnded, 0, 1);
    raiseReplySignal(connection.replySignal);
  });
  connection.port.on('message', async ([taskId, task]: TaskMessage) => {
    outbox.expect();
    outbox.send(taskId, await handleTask(exporter, task));
  });
}

/** Answers every failure with an outcome; rejects only when the worker itself is broken, which ends it. */
async function handleTask(exporter: ChunkExporter, task: WorkerTask): Promise<WorkerReply> {
  switch (task.type) {
    case 'export':
      return toReply(await exportChunk(exporter, task), task.buffer);
    case 'flush':
      return acknowledge(await exporter.flush(task.timeoutMillis));
    case 'shutdown':
      return acknowledge(await exporter.shutdown(task.timeoutMillis));
    default:
      throw new TypeError(`expected a task of a known type, got ${JSON.stringify(task satisfies never)}`);
  }
}

async function createExporter(settings: WorkerSettings): Promise<ChunkExporter> {
  const { hooks, media, maxSpanBytes } = settings;
  const inner = createInnerExporter(settings);
  if (hooks === undefined && media === undefined) return inner;
  const spanMedia = media && (await import('./media/langfuse-media.js')).createSpanMedia(media);
  return new HookedExporter({ inner, hooks, media: spanMedia, maxSpanBytes });
}

function createInnerExporter({ exporter, exportTimeoutMillis, maxExportBatchSize }: WorkerSettings): ChunkExporter {
  switch (exporter.type) {
    case 'otlp-protobuf':
      return new OtlpExporter(exporter, maxExportBatchSize);
    case 'hosted':
      return new HostedExporter(exporter, exportTimeoutMillis);
    default:
      throw new TypeError(`expected an exporter of a known type, got ${JSON.stringify(exporter satisfies never)}`);
  }
}

async function exportChunk(
  exporter: ChunkExporter,
  { buffer, byteLength, spanCount, timeoutMillis }: ExportTask,
): Promise<ExportOutcome> {
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

/** A transferred buffer goes home with the reply, to be used again. */
function toReply(outcome: ExportOutcome, buffer: ArrayBufferLike): ExportReply {
  return buffer instanceof ArrayBuffer ? { type: 'exported', outcome, buffer } : { type: 'exported', outcome };
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
