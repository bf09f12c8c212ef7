// Runs `offloop gate` as a user would, and reads what it found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @param command What starts the gate, without its options.
 * @param settings `--set` options: the path of a key, and its value.
 * @param options.isDetached Out of the terminal's group: whoever starts it hands signals on. Default false.
 * @param options.onStart Gets the gate's process, for whoever has to end it early.
 * @returns the exit code, what `--json` wrote, and what was printed.
 */
export async function runGate(command, settings, options) {
  const { cwd, env = process.env, isDetached = false, onStart = () => {}, onOutput = () => {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'offloop-own-gate-'));
  const file = join(folder, 'gate.json');
  const sets = Object.entries(settings).flatMap(([path, value]) => ['--set', `${path}=${JSON.stringify(value)}`]);
  const [program, ...args] = [...command, ...sets, '--json', file];
  // A preload is meant for whoever runs the gate, and not for the gate.
  const { NODE_OPTIONS: _, ...own } = env;
  try {
    const child = spawn(program, args, { cwd, env: own, detached: isDetached, stdio: ['ignore', 'pipe', 'pipe'] });
    onStart(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        onOutput(text);
      });
    }
    const [exitCode, signal] = await once(child, 'close');
    if (signal !== null) throw new Error(`the gate was ended by ${signal}: ${output.trim()}`);
    // It leaves none where its options are wrong already, or it could not be loaded.
    if (!existsSync(file)) throw new Error(`the gate gave no result (exit code ${exitCode}): ${output.trim()}`);
    return { exitCode, result: JSON.parse(readFileSync(file, 'utf8')), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
