import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type CreateArm, tracesUrlOf } from './arm.js';
import { type ExportChannel, RemoteSpanProcessor } from './remote/remote-span-processor.js';

/** Plain objects, copied to a worker thread by structured clone; the stock processor and exporter run there. */
export const createArm: CreateArm = (settings) => {
  const processor = new RemoteSpanProcessor(openWorker(), tracesUrlOf(settings));
  return { spanProcessors: [processor], countLosses: async () => processor.losses };
};

function openWorker(): ExportChannel {
  // No preloads: what instruments the service would make spans of the exporter's own requests.
  const worker = new Worker(new URL('./remote/export-worker.js', import.meta.url), { execArgv: [] });
  return {
    post: (command) => worker.postMessage(command),
    listen: (onReply, onEnd) => {
      worker.on('message', onReply);
      worker.once('exit', (exitCode) => onEnd(`the worker thread ended (exit code ${exitCode})`));
    },
    close: async () => {
      const exited = once(worker, 'exit');
      await worker.terminate();
      await exited;
    },
  };
}
