import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ARM_NAMES } from '../arms/index.js';

const PROGRAMS = {
  service: fileURLToPath(new URL('../../dist/experiments/service/main.js', import.meta.url)),
  'model server': fileURLToPath(new URL('../../dist/experiments/model-server/main.js', import.meta.url)),
  load: fileURLToPath(new URL('../../dist/experiments/load/main.js', import.meta.url)),
};
const MODEL = ['--model-server-url', 'http://127.0.0.1:1'];

function run(program: keyof typeof PROGRAMS, words: readonly string[]): Promise<{ exitCode: unknown; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAMS[program], ...words], (error, _, stderr) => {
      resolve({ exitCode: error?.code ?? 0, stderr });
    });
  });
}

describe('a mistake on the command line ends with one clear line and exit code 1:', () => {
  it.each([
    [
      'an unknown arm',
      'service',
      ['--arm', 'zipkin', ...MODEL],
      `service: unknown arm 'zipkin'; expected one of ${ARM_NAMES.join(', ')}\n`,
    ],
    ['no arm', 'service', MODEL, 'service: --arm: expected a value after it; write --arm <value>\n'],
    [
      'an unknown option',
      'service',
      ['--colour', 'blue'],
      "service: unknown option '--colour'; expected --arm, --application, --workload, --sink-url, --model-server-url, --host, --port, --inject-length-millis, --inject-rate-per-second, --other-work-millis, --other-work-rate-per-second\n",
    ],
    [
      'a stray word',
      'model server',
      ['fast'],
      "model server: unexpected argument 'fast'; expected --host, --port, --time-to-first-token-millis, --inter-chunk-delay-millis, --chunk-count\n",
    ],
    [
      'a port that is none',
      'model server',
      ['--port', '70000'],
      "model server: --port: expected a whole number from 0 to 65535, got '70000'\n",
    ],
    [
      'a URL that is none',
      'service',
      ['--arm', 'control', '--model-server-url', 'localhost'],
      "service: --model-server-url: expected a URL such as http://127.0.0.1:4318, got 'localhost'\n",
    ],
    [
      'a rate of nothing',
      'load',
      ['--url', 'http://127.0.0.1:1', '--rate-per-second', '0'],
      'load: ratePerSecond: expected a number from 0.1 to 100000, got 0\n',
    ],
  ] as const)('%s', async (_, program, words, line) => {
    expect(await run(program, words)).toEqual({ exitCode: 1, stderr: line });
  });

  it.each([
    ['service', ['--arm', 'control', ...MODEL]],
    ['service', ['--arm', 'offloop', ...MODEL]],
    ['model server', []],
  ] as const)('%s on a port that is taken', async (program, words) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { exitCode, stderr } = await run(program, [...words, '--port', port]);
    holder.close();
    expect(stderr).toBe(
      `${program}: port ${port} is taken; end the program that holds it, or choose another with --port (0 takes any free one)\n`,
    );
    expect(exitCode).toBe(1);
  });
});

describe('by itself', () => {
  it.each([
    ['service', ['--arm', 'batch-otlp-protobuf', ...MODEL]],
    ['model server', []],
  ] as const)('%s prints its URL, and SIGTERM ends it with exit code 0', async (program, words) => {
    const child = spawn(process.execPath, [PROGRAMS[program], ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(line).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('the service ends when the process that forked it is gone', async () => {
    const child = spawn(process.execPath, [PROGRAMS.service, '--arm', 'control', ...MODEL], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const exited = once(child, 'exit');
    expect((await once(child, 'message'))[0]).toMatchObject({ type: 'ready', arm: 'control' });
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });
});
