import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { monitorLoopDelay } from 'offloop/loop-delay';
import { readNumber, readOptions, runProgram, UsageError } from '../command-line.js';

/** Each in a process of its own. The control is what the others are compared with. */
const MONITORS = {
  control: () => undefined,
  'node, resolution 10': () => startNodeMonitor(10),
  'node, resolution 20': () => startNodeMonitor(20),
  offloop: () => monitorLoopDelay(),
  'offloop without raw': () => monitorLoopDelay({ rawResolutionMillis: 0 }),
  'offloop, resolution 2': () => monitorLoopDelay({ resolutionMillis: 2 }),
} as const;

/** What the process does meanwhile: nothing, empty turns at a pace, or a message over a socket as soon as the last came back. */
const LOADS = {
  idle: async () => {},
  'paced-50': async () => startTurns(50),
  'paced-250': async () => startTurns(250),
  'paced-1000': async () => startTurns(1_000),
  busy: startEcho,
} as const;

/** A process has started by then, and what runs often is compiled. */
const SETTLE_MILLIS = 2_500;
const MEASURED_MILLIS = 3_000;

type MonitorName = keyof typeof MONITORS;
type LoadName = keyof typeof LOADS;

/** CPU, and round trips for the busy load: a loop without idle time uses the same CPU with any monitor. */
interface Outcome {
  readonly cpuMillisPerSecond: number;
  readonly roundTripsPerSecond: number;
}

let roundTripCount = 0;
/** Nobody reads it. But Node ends a native histogram that is no longer referred to, and its cost with it. */
const keptMonitors: unknown[] = [];

if (process.send) await measure(process.argv[2] as LoadName, process.argv[3] as MonitorName);
else await runProgram('cost', compare);

async function compare(): Promise<void> {
  const values = readOptions({ rounds: '5', load: 'all' });
  const roundCount = readNumber(values, 'rounds', { min: 1, max: 100 });
  console.log(`Node ${process.version}, median of ${roundCount} rounds, main process only`);
  const loads = Object.keys(LOADS).filter((load) => values.load === 'all' || values.load === load) as LoadName[];
  if (loads.length === 0) {
    throw new UsageError(`--load: expected ${Object.keys(LOADS).join(', ')} or all, got '${values.load}'`);
  }
  for (const load of loads) {
    const outcomes = new Map<MonitorName, Outcome[]>();
    for (let round = 0; round < roundCount; round += 1) {
      for (const monitor of Object.keys(MONITORS) as MonitorName[]) {
        outcomes.set(monitor, [...(outcomes.get(monitor) ?? []), await runTrial(load, monitor)]);
      }
    }
    const figure = (name: MonitorName, key: keyof Outcome): number =>
      median((outcomes.get(name) ?? []).map((outcome) => outcome[key]));
    for (const name of outcomes.keys()) {
      const cpu = figure(name, 'cpuMillisPerSecond') - figure('control', 'cpuMillisPerSecond');
      const lost = 1 - figure(name, 'roundTripsPerSecond') / figure('control', 'roundTripsPerSecond');
      const cost =
        load === 'busy' ? `${(lost * 100).toFixed(2)} % fewer trips` : `${(cpu / 10).toFixed(2)} % of a core`;
      const own = load === 'busy' ? '' : `${(figure(name, 'cpuMillisPerSecond') / 10).toFixed(2)} % in all`;
      console.log(load.padEnd(10), name.padEnd(24), cost.padEnd(18), own);
    }
  }
}

async function runTrial(load: LoadName, monitor: MonitorName): Promise<Outcome> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [load, monitor]);
  const [outcome] = (await once(child, 'message')) as [Outcome];
  await once(child, 'exit');
  return outcome;
}

async function measure(load: LoadName, monitor: MonitorName): Promise<void> {
  await LOADS[load]();
  keptMonitors.push(MONITORS[monitor]());
  await sleep(SETTLE_MILLIS);
  const cpuBefore = process.cpuUsage();
  const tripsBefore = roundTripCount;
  const startMillis = performance.now();
  await sleep(MEASURED_MILLIS);
  const seconds = (performance.now() - startMillis) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuMillisPerSecond = (user + system) / 1_000 / seconds;
  process.send?.({ cpuMillisPerSecond, roundTripsPerSecond: (roundTripCount - tripsBefore) / seconds }, () =>
    process.exit(),
  );
}

function startNodeMonitor(resolutionMillis: number): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMillis });
  histogram.enable();
  return histogram;
}

/** Each turn has nothing to do: what it costs is the wake-up. */
function startTurns(turnsPerSecond: number): void {
  setInterval(() => {}, 1_000 / turnsPerSecond);
}

async function startEcho(): Promise<void> {
  const server = createServer((peer) => peer.pipe(peer));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay();
  socket.on('data', () => {
    roundTripCount += 1;
    socket.write('.');
  });
  socket.write('.');
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
