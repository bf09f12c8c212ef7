import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFailed, onTestFinished } from 'vitest';
import { exportSpans, makeExporter, makeSampleSpans } from './sample-spans.test.data.js';
import { startSinkProcess } from './sink-process.js';

const BUILT_SINK = fileURLToPath(new URL('../../dist/experiments/sink', import.meta.url));

interface Output {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function spawnSink(args: string[]): ChildProcess {
  const child = spawn(process.execPath, [join(BUILT_SINK, 'main.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function collect(child: ChildProcess): Promise<Output> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('a forked sink counts what it gets and is gone after stop, called twice', async () => {
  const sink = await startSinkProcess({ decode: 'deferred', maxKeptSpanCount: 10 });
  onTestFinished(() => sink.stop());
  const spans = makeSampleSpans();
  await exportSpans(makeExporter('protobuf', sink.tracesUrl), spans);
  const report = await sink.client.report();
  expect(report).toMatchObject({ decode: 'deferred', spans: { receivedCount: spans.length } });
  expect(await sink.client.spans()).toHaveLength(spans.length);
  await sink.stop();
  await sink.stop();
  expect(isRunning(sink.pid)).toBe(false);
});

it('a forked sink that hangs on every request still stops', async () => {
  const sink = await startSinkProcess();
  onTestFinished(() => sink.stop());
  await sink.client.setBehaviour({ hang: {} });
  const request = fetch(sink.tracesUrl, { method: 'POST', body: '{}' });
  request.catch(() => {});
  await expect.poll(async () => (await sink.client.report()).requests.hungCount).toBe(1);
  await sink.stop();
  await expect(request).rejects.toThrow();
});

it('a forked sink that cannot start fails with its own reason', async () => {
  const sink = await startSinkProcess();
  onTestFinished(() => sink.stop());
  const port = Number(new URL(sink.url).port);
  const failure = startSinkProcess({ port });
  await expect(failure).rejects.toMatchObject({ code: 'ERR_SINK_LISTEN' });
  await expect(failure).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
  await expect(startSinkProcess({ port: -1 })).rejects.toMatchObject({ code: 'ERR_SINK_OPTION' });
});

it('the command says where it listens on one line, ends on SIGTERM with exit code 0', async () => {
  const child = spawnSink(['--port', '0', '--json']);
  const output = collect(child);
  const [line] = await once(child.stdout ?? child, 'data');
  const message = JSON.parse(String(line)) as { type: string; controlUrl: string };
  expect(message.type).toBe('listening');
  expect((await fetch(`${message.controlUrl}/report`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await output).toMatchObject({ exitCode: 0, stderr: '' });
});

it('the command says how many spans came', async () => {
  const child = spawnSink(['--port', '0']);
  const output = collect(child);
  const [line] = await once(child.stdout ?? child, 'data');
  const spans = makeSampleSpans();
  const said = once(child.stdout ?? child, 'data');
  await exportSpans(makeExporter('protobuf', /traces (\S+),/.exec(String(line))?.[1] ?? ''), spans);
  await said;
  child.kill('SIGTERM');
  expect((await output).stdout).toMatch(
    new RegExp(`\\noffloop sink: ${spans.length} spans came, ${spans.length} in all\\n$`),
  );
});

it('the command goes on where nobody reads any more what it says', async () => {
  const child = spawnSink(['--port', '0']);
  const ended = once(child, 'close');
  const [line] = await once(child.stdout ?? child, 'data');
  child.stdout?.destroy();
  const url = /traces (\S+),/.exec(String(line))?.[1] ?? '';
  for (let time = 0; time < 2; time++) {
    expect((await exportSpans(makeExporter('protobuf', url), makeSampleSpans())).code).toBe(0);
    await setTimeout(1_200);
  }
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

it('the command tells a taken port on one line, without a stack trace, with exit code 1', async () => {
  const sink = await startSinkProcess();
  onTestFinished(() => sink.stop());
  const { port } = new URL(sink.url);
  const { exitCode, stderr } = await collect(spawnSink(['--port', port]));
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    `offloop sink: Port ${port} on 127.0.0.1 is taken. Stop what listens there, or choose another with --port (0 takes a free one).\n`,
  );
});

it.each([
  [['--port', 'http'], /^offloop sink: port: expected an integer from 0 to 65535, got "http"\n$/],
  [['--max-body-bytes=-1'], /^offloop sink: max-body-bytes: expected an integer from 0 to 2147483647, got "-1"\n$/],
  [['--prot', '1'], /^offloop sink: Unknown option '--prot'\. Run: offloop sink --help\n$/],
  [['4318'], /^offloop sink: Unexpected argument '4318'.*Run: offloop sink --help\n$/],
])('the command refuses %j on one line, with exit code 2', async (args, stderr) => {
  const output = await collect(spawnSink(args));
  expect(output.exitCode).toBe(2);
  expect(output.stderr).toMatch(stderr);
});

it('a sink whose parent is killed ends by itself', async () => {
  const script = `
    const { startSinkProcess } = await import(${JSON.stringify(join(BUILT_SINK, 'sink-process.js'))});
    const { pid, url } = await startSinkProcess();
    console.log(JSON.stringify({ pid, url }));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const { pid, url } = JSON.parse(String(line)) as { pid: number; url: string };
  expect(await isListening(url)).toBe(true);
  parent.kill('SIGKILL');
  onTestFailed(() => {
    process.kill(pid, 'SIGKILL');
  });
  // Not the pid: an orphan that has ended keeps it until the system's first process takes notice.
  await expect.poll(() => isListening(url), { timeout: 5000 }).toBe(false);
});

async function isListening(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
