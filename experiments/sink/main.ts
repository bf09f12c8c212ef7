import { runSink } from './cli.js';

process.exitCode = await runSink(process.argv.slice(2));
