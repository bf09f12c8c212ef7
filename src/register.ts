/**
 * `node --import offloop/register app.js` traces a program without a change to it. Loaded a second time, it does nothing;
 * what keeps it from starting is one line on stderr, and the program runs untraced.
 */
import { startTracing } from './register/start-tracing.js';

export type { RegisterConfig } from './register/register-config.js';

/** On the global object, because a program may load several copies of this module. */
const REGISTERED = Symbol.for('offloop.register');

const registry = globalThis as { [REGISTERED]?: true };
if (registry[REGISTERED] === undefined) {
  registry[REGISTERED] = true;
  try {
    startTracing();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const line = reason.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '');
    process.stderr.write(`offloop/register: ${line}. The program runs untraced.\n`);
  }
}
