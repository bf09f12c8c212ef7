import type { ExportCommand } from './protocol.js';
import { serveExports } from './serve-exports.js';

const obey = serveExports((reply) => process.send?.(reply));
process.on('message', (command: ExportCommand) => obey(command));
// Asked to end, or the service is gone: either way nobody waits for a span any more.
process.once('disconnect', () => process.exit());
