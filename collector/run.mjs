// npm run test:collector [-- VITEST ARGUMENTS]
// Exports through a real Collector, and has it validate docs/collector. Exits with 0 when all holds, 1 when something
// does not, 2 when something could not be checked on this machine, which is said.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCollector, UnavailableError } from './find-collector.mjs';
import { validateConfigs } from './validate-configs.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const [HOLDS, FAILED, NOT_CHECKED] = [0, 1, 2];

try {
  process.exitCode = checkWith(await findCollector());
} catch (error) {
  process.stderr.write(`collector: ${error.message}\n`);
  process.exitCode = error instanceof UnavailableError ? NOT_CHECKED : FAILED;
}

function checkWith({ program, leftOut }) {
  const notChecked = [];
  const results = validateConfigs(program, join(ROOT, 'docs', 'collector'), leftOut);
  for (const { command, status, message } of results) {
    process.stdout.write(`${status}: ${command}\n${status === 'valid' ? '' : `${message}\n`}`);
    if (status === 'unknown') notChecked.push(`docs/collector, '${command}': ${message}`);
  }

  const isTls = spawnSync('openssl', ['version']).status === 0;
  if (!isTls) notChecked.push('TLS and mTLS: certificates are made by openssl, which is not installed');
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--config', join('collector', 'vitest.config.ts'), ...process.argv.slice(2)];
  const env = { ...process.env, OTELCOL_BIN: program };
  const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: ROOT, env, stdio: 'inherit' });

  if (status !== 0 || results.some((result) => result.status === 'invalid')) return FAILED;
  for (const what of notChecked) process.stderr.write(`collector: not checked here: ${what}\n`);
  return notChecked.length === 0 ? HOLDS : NOT_CHECKED;
}
