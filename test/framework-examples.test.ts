import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const RUN = fileURLToPath(new URL('../examples/run.mjs', import.meta.url));

/** Those that need packages of their own are run by `npm run test:examples`. */
const EXAMPLES = ['http', 'fastify', 'queue-worker', 'script', 'lambda'];

it.each(EXAMPLES)('examples/%s delivers every span', async (name) => {
  const { stdout } = await promisify(execFile)(process.execPath, [RUN, name]).catch((error) => error);
  expect(stdout).toMatch(new RegExp(`^ok +${name} +[\\d.]+ s\n$`));
});
