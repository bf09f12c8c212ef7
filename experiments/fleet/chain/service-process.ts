// One service of a small fleet: asks the next ones, answers, and stands still now and then.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LoopDelayMonitor, monitorLoopDelay } from 'offloop/loop-delay';
import { Pool } from 'undici';
import { createRandom } from '#gate/statistics/random';
import { LAB_RESOLUTIONS } from '../../loop-delay-resolutions.js';
import type { ChainServiceCommand, ChainServiceReport, ChainServiceSettings } from './protocol.js';

const HOST = '127.0.0.1';
const PATH = '/chat';
const CONNECTION_COUNT = 128;

const { nextUrls, seed } = JSON.parse(process.argv[2] ?? '{}') as ChainServiceSettings;
const pools = nextUrls.map((url) => new Pool(url, { connections: CONNECTION_COUNT, pipelining: 1 }));
const server = createServer((request, response) => {
  request.resume().once('end', async () => {
    try {
      await Promise.all(pools.map(ask));
      response.end('{}');
    } catch {
      response.writeHead(502).end();
    }
  });
});
let monitor: LoopDelayMonitor | undefined;

process.once('disconnect', () => process.exit());
process.on('message', obey);
server.listen(0, HOST);
await once(server, 'listening');
report({ type: 'ready', url: `http://${HOST}:${(server.address() as AddressInfo).port}` });

async function ask(pool: Pool): Promise<void> {
  const { statusCode, body } = await pool.request({ method: 'POST', path: PATH, body: '{}' });
  await body.dump();
  if (statusCode !== 200) throw new Error(`expected 200, got ${statusCode}`);
}

function obey(command: ChainServiceCommand): void {
  switch (command.type) {
    case 'start-blocking':
      standStill(command.blockMillis, command.meanPauseMillis);
      return;
    case 'start-measuring':
      monitor = monitorLoopDelay(LAB_RESOLUTIONS);
      return;
    case 'stop-measuring':
      if (monitor === undefined) throw new Error("stop-measuring: expected 'start-measuring' before it");
      report({ type: 'measured', loopDelay: monitor.stop().toJSON() });
      return;
    default:
      throw new Error(`expected a command, got ${JSON.stringify(command satisfies never)}`);
  }
}

/** Asleep, not busy: services of a fleet have cores of their own, those of this machine share two. */
function standStill(blockMillis: number, meanPauseMillis: number): void {
  const random = createRandom(seed);
  const sleeper = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const pause = () => {
    setTimeout(
      () => {
        Atomics.wait(sleeper, 0, 0, blockMillis);
        pause();
      },
      -meanPauseMillis * Math.log(1 - random()),
    );
  };
  pause();
}

function report(message: ChainServiceReport): void {
  process.send?.(message);
}
