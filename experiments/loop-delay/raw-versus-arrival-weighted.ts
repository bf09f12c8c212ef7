import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type EventLoopMonitorOptions, monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ArrivalWeightedDelay, type DelayBucket, type DelayCurve, monitorLoopDelay } from 'offloop/loop-delay';
import { readNumber, readOptions, runProgram, UsageError } from '../command-line.js';

/** Blocks its own event loop, in a timer or in a socket callback, and prints what each way to measure makes of it. */
await runProgram('raw-versus-arrival-weighted', async () => {
  const values = readOptions({ block: '320', every: '5000', seconds: '30', in: 'socket' });
  const blockMillis = readNumber(values, 'block', { min: 1, max: 60_000 });
  const everyMillis = readNumber(values, 'every', { min: 1, max: 600_000 });
  const seconds = readNumber(values, 'seconds', { min: 1, max: 3_600 });
  if (values.in !== 'timer' && values.in !== 'socket') {
    throw new UsageError(`--in: expected timer or socket, got '${values.in}'`);
  }

  const blocks: DelayBucket[] = [];
  const block = (): void => {
    const startMillis = performance.now();
    while (performance.now() - startMillis < blockMillis);
    blocks.push([performance.now() - startMillis, 1]);
  };
  const trigger = values.in === 'socket' ? await triggerBySocket(block) : { fire: block, end: () => {} };

  const live = async (): Promise<void> => {
    const timer = setInterval(trigger.fire, everyMillis);
    await sleep(seconds * 1_000);
    clearInterval(timer);
  };
  const monitor = monitorLoopDelay({ rawResolutionMillis: 10 });
  await live();
  const { raw, perIteration, arrivalWeighted } = monitor.stop();
  const injected = new ArrivalWeightedDelay(blocks, arrivalWeighted.observedMillis);

  console.log(`Node ${process.version}, ${blocks.length} blocks of ${blockMillis} ms in ${seconds} s, by ${values.in}`);
  console.log('                            p50      p90      p99    p99.9      max  ms');
  printCurve('injected, arrival-weighted', injected);
  printCurve('measured, arrival-weighted', arrivalWeighted);
  printCurve('raw', raw);
  if (perIteration) {
    printCurve('per iteration', perIteration);
    // The monitor's own ticks keep poll short. Without them the runtime's sampler sees less.
    const alone = startPerIterationSampler();
    await live();
    const percentiles = [50, 90, 99, 99.9, 100].map((percentile) => alone.percentile(percentile) / 1e6);
    printFigures('per iteration, by itself', percentiles);
  } else {
    console.log('per iteration               not on this version of Node');
  }
  trigger.end();
});

function startPerIterationSampler(): ReturnType<typeof monitorEventLoopDelay> {
  const options: EventLoopMonitorOptions & { samplePerIteration: boolean } = { samplePerIteration: true };
  const sampler = monitorEventLoopDelay(options);
  sampler.enable();
  return sampler;
}

/** A byte to itself: the block runs where a service's requests are handled, inside poll. */
async function triggerBySocket(onByte: () => void): Promise<{ readonly fire: () => void; readonly end: () => void }> {
  const server = createServer((peer) => peer.on('data', onByte).on('error', () => peer.destroy()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  return {
    fire: () => socket.write('.'),
    end: () => {
      socket.destroy();
      server.close();
    },
  };
}

function printCurve(name: string, curve: DelayCurve): void {
  printFigures(name, [...[50, 90, 99, 99.9].map((percentile) => curve.percentileMillis(percentile)), curve.maxMillis]);
}

function printFigures(name: string, figuresMillis: readonly number[]): void {
  console.log(name.padEnd(26), ...figuresMillis.map((millis) => millis.toFixed(2).padStart(8)));
}
