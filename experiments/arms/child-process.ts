import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type CreateArm, tracesUrlOf } from './arm.js';
import { type ExportChannel, RemoteSpanProcessor } from './remote/remote-span-processor.js';

/** Plain objects, sent over IPC to a process that exports them with the stock processor and exporter. */
export const createArm: CreateArm = (settings) => {
  const processor = new RemoteSpanProcessor(openProcess(), tracesUrlOf(settings));
  return { spanProcessors: [processor], countLosses: async () => processor.losses };
};

function openProcess(): ExportChannel {
  const child = fork(fileURLToPath(new URL('./remote/export-process.js', import.meta.url)), {
    execArgv: [],
    // As structured clone: the other kind is JSON, which escapes every character of a long text on the main thread.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    post: (command) => child.send(command),
    listen: (onReply, onEnd) => {
      child.on('message', onReply);
      child.once('exit', (exitCode) => onEnd(`the exporting process ended (exit code ${exitCode})`));
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
