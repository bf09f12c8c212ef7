import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RECORD_SUFFIX, type ThreadRecord } from '../../probe/thread-record.js';
import { type Connections, isReached } from './connections.js';

// The preload is part of the build.
const { ProbeFolder } = (await import(
  '../../../dist/src/gate/run/probe-window.js' as string
)) as typeof import('./probe-window.js');

const WINDOW_MILLIS = 2_500;

const LISTEN = `
  import { createServer } from 'node:http';
  createServer((_, response) => response.end()).listen(0, '127.0.0.1', function () {
    console.log('listening', this.address().port);
  });
`;
const CLUSTER = `
  import cluster from 'node:cluster';
  if (cluster.isPrimary) {
    cluster.fork();
    cluster.fork();
  } else {
    await import('./listen.mjs');
  }
`;
/** Its workers print without the stream that would count as a pipe of theirs. */
const SILENT_CLUSTER = `
  import cluster from 'node:cluster';
  import { writeSync } from 'node:fs';
  console.log = (...words) => writeSync(1, words.join(' ') + '\\n');
  if (cluster.isPrimary) cluster.fork();
  else await import('./listen.mjs');
`;
const WORKER_THREAD = `
  import { Worker } from 'node:worker_threads';
  new Worker(new URL('./listen.mjs', import.meta.url));
`;
const CONSUMER = `
  import { connect } from 'node:net';
  connect(process.env.QUEUE_PORT, '127.0.0.1', () => console.log('connected'));
`;

interface Drive {
  readonly script: string;
  /** What it prints when it is ready, with its port if it has one. */
  readonly ready?: RegExp;
  readonly beforeLoad?: (port: number) => Promise<void>;
  readonly load?: (port: number) => Promise<void>;
}

/** A service of its own, whose load begins and warms it up before the window. */
async function measure({ script, ready = /listening (\d+)/, beforeLoad, load }: Drive) {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-connections-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const queue = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(queue, 'listening');
  onTestFinished(() => void queue.close());
  writeFileSync(join(folder, 'listen.mjs'), LISTEN);
  writeFileSync(join(folder, 'main.mjs'), script);
  const probe = new ProbeFolder();
  onTestFinished(() => probe.remove());
  const service = spawn(process.execPath, [join(folder, 'main.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_OPTIONS: probe.preload(null),
      QUEUE_PORT: String((queue.address() as AddressInfo).port),
    },
  });
  onTestFinished(() => void service.kill());
  const port = await readPort(service, ready);
  await beforeLoad?.(port);
  const loadStartUnixMillis = Date.now();
  await delay(5);
  await load?.(port);
  await delay(200);
  const startUnixMillis = Date.now();
  await delay(WINDOW_MILLIS);
  const window = { startUnixMillis, endUnixMillis: Date.now() };
  const { connections } = await probe.readWindow(window, { program: null, script: null }, folder);
  const records = readdirSync(probe.path)
    .filter((name) => name.endsWith(RECORD_SUFFIX))
    .map((name) => JSON.parse(readFileSync(join(probe.path, name), 'utf8')) as ThreadRecord);
  const ofWorkers = records.filter(({ clusterPrimaryPid }) => clusterPrimaryPid !== null);
  const workersHaveSockets = ofWorkers.length > 0 && ofWorkers.every(({ hasSockets }) => hasSockets);
  return {
    ...connections,
    workersHaveSockets,
    isReached: isReached(connections, loadStartUnixMillis, { type: 'url' }),
  };
}

async function readPort({ stdout }: ChildProcess, ready: RegExp): Promise<number> {
  let printed = '';
  stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  await expect.poll(() => printed, { timeout: 20_000 }).toMatch(ready);
  return Number(ready.exec(printed)?.[1]);
}

/** As the ready check asks. */
async function ask(port: number): Promise<void> {
  const [response] = await once(get({ host: '127.0.0.1', port, agent: false }), 'response');
  response.resume();
  await once(response, 'end');
}

/** Until the test ends: as a load does that keeps its connections. */
async function keepOpen(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
}

describe('the connections of a service', () => {
  it('are not those from before the load', async () => {
    const measured = await measure({ script: LISTEN, beforeLoad: ask });
    expect(measured).toMatchObject({ hasServer: true, totalCount: 1, isReached: false });
  });

  it('are those too that the load opened once, while the service warmed up', async () => {
    const measured = await measure({ script: LISTEN, beforeLoad: ask, load: keepOpen });
    expect(measured).toMatchObject({ hasServer: true, totalCount: 2, isReached: true });
  });

  it("are those of all of a cluster's workers, whichever process is measured", async () => {
    const cluster = { script: CLUSTER, ready: /listening (\d+)\nlistening \d+/, beforeLoad: ask };
    expect(await measure({ ...cluster, load: keepOpen })).toMatchObject({ hasServer: true, isReached: true });
    expect(await measure(cluster)).toMatchObject({ hasServer: true, totalCount: 1, isReached: false });
  });

  it("come to a cluster's worker, which is the one to measure, also where it holds nothing else", async () => {
    const measured = await measure({ script: SILENT_CLUSTER, beforeLoad: ask, load: keepOpen });
    expect(measured).toMatchObject({ isReached: true, workersHaveSockets: true });
  });

  it('are those of a worker thread too', async () => {
    const script = `${CONSUMER} ${WORKER_THREAD}`;
    expect(await measure({ script, load: keepOpen })).toMatchObject({ hasServer: true, isReached: true });
  });

  it('are asked for of a server only: what reads from a queue has none', async () => {
    expect(await measure({ script: CONSUMER, ready: /connected/ })).toMatchObject({
      hasServer: false,
      isReached: false,
    });
  });
});

describe('isReached', () => {
  const START = 1_000_000;
  const late: Connections = { hasServer: true, lastUnixMillis: START + 3, totalCount: 1 };

  it('takes no connection of the ready check for one of the load, however late the service takes it', () => {
    expect(isReached(late, START, { type: 'port' })).toBe(false);
    expect(isReached({ ...late, totalCount: 2 }, START, { type: 'port' })).toBe(true);
  });

  it('knows that an answer or a line comes after the connections before it', () => {
    expect(isReached(late, START, { type: 'url' })).toBe(true);
    expect(isReached(late, START, { type: 'line' })).toBe(true);
    expect(isReached({ ...late, lastUnixMillis: START }, START, { type: 'url' })).toBe(false);
    expect(isReached({ ...late, lastUnixMillis: null, totalCount: 0 }, START, { type: 'line' })).toBe(false);
  });
});
