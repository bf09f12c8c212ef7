import { parentPort } from 'node:worker_threads';
import type { ExportCommand } from './protocol.js';
import { serveExports } from './serve-exports.js';

const obey = serveExports((reply) => parentPort?.postMessage(reply));
parentPort?.on('message', (command: ExportCommand) => obey(command));
