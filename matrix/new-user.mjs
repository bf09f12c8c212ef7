// Follows docs/getting-started.md as a new user would: in an empty folder outside of the checkout, from the packed package.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, runCommand } from '../bundlers/run-against-sink.mjs';

const PAGE = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'getting-started.md');
const TIMEOUT_MILLIS = 20_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** @throws when a command fails, or the page does not do what it says. */
export async function followGettingStarted(tarball) {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, , text]) => text.trim());
  const folder = mkdtempSync(join(tmpdir(), 'offloop-new-user-'));
  try {
    const [, ...install] = chooseInstall(blocks).split(' ');
    const words = install.map((word) => (word === 'offloop' ? tarball : word));
    await runCommand(['npm', ...words, '--no-audit', '--no-fund', '--loglevel=error'], folder);
    for (const name of ['tracing.mjs', 'app.mjs']) {
      writeFileSync(
        join(folder, name),
        find(blocks, (text) => text.startsWith(`// ${name}\n`), name),
      );
    }
    const [, ...start] = find(blocks, (text) => text.startsWith('npx offloop sink'), 'npx offloop sink').split(' ');
    const receiver = startReceiver(['--no', ...start, '--port', '0'], folder);
    try {
      const url = (await receiver.printed(/listening on (\S+) /))[1];
      const run = find(blocks, (text) => text === 'node app.mjs', 'node app.mjs').split(' ');
      const { stdout, stderr } = await runCommand(run, folder, { OTEL_EXPORTER_OTLP_ENDPOINT: url });
      if (stdout !== '1\n' || stderr !== '')
        throw new Error(`expected '1' and silence, got '${stdout}' and '${stderr}'`);
      await receiver.printed(/\b1 span came, 1 in all\n/);
    } finally {
      receiver.end();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first takes the newest SDK, the second is for an older Node. */
function chooseInstall(blocks) {
  const [newest, older] = blocks.filter((text) => text.startsWith('npm install '));
  const isOld = process.versions.node.localeCompare('22.15', undefined, { numeric: true }) < 0;
  return (isOld ? older : newest) ?? find([], () => false, 'npm install');
}

function find(blocks, isWanted, what) {
  const block = blocks.find(isWanted);
  if (block === undefined) throw new Error(`expected a code block '${what}' in docs/getting-started.md`);
  return block;
}

/** A group of processes of its own: npx starts the sink as a child. */
function startReceiver(args, cwd) {
  const child = spawn('npx', args, { cwd, env: cleanEnvironment(), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const end = () => {
    for (const signal of SIGNALS) process.off(signal, endAll);
    try {
      process.kill(-child.pid);
    } catch {
      // It has ended by itself.
    }
  };
  const endAll = () => {
    end();
    process.exit(1);
  };
  for (const signal of SIGNALS) process.once(signal, endAll);
  return {
    async printed(pattern) {
      const giveUpMillis = performance.now() + TIMEOUT_MILLIS;
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        if (performance.now() > giveUpMillis)
          throw new Error(`expected 'npx offloop sink' to print ${pattern}, got '${output}'`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    end,
  };
}
