import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { monitorLoopDelay } from 'offloop/loop-delay';
import { readNumber, readOptions, runProgram, UsageError } from '../command-line.js';
import { startProgress } from '../report/progress.js';
import { describeProvenance } from '../runner/provenance.js';
import { BUSY, CONTROL, type CostHeader, type CostOutcome, type CostTrial, writeCostSummary } from './cost-table.js';

/** Each in a process of its own. The control is what the others are compared with. */
const MONITORS = {
  [CONTROL]: () => undefined,
  'monitorEventLoopDelay({ resolution: 10 })': () => startNodeMonitor(10),
  'monitorEventLoopDelay({ resolution: 20 })': () => startNodeMonitor(20),
  'monitorLoopDelay()': () => monitorLoopDelay(),
  'monitorLoopDelay({ rawResolutionMillis: 0 })': () => monitorLoopDelay({ rawResolutionMillis: 0 }),
  'monitorLoopDelay({ resolutionMillis: 2 })': () => monitorLoopDelay({ resolutionMillis: 2 }),
} as const;

/** What the process does meanwhile: nothing, empty turns at a pace, or a message over a socket as soon as the last came back. */
const LOADS = {
  idle: async () => {},
  '50 turns/s': async () => startTurns(50),
  '250 turns/s': async () => startTurns(250),
  '1000 turns/s': async () => startTurns(1_000),
  [BUSY]: startEcho,
} as const;

/** A process has started by then, and what runs often is compiled. */
const SETTLE_MILLIS = 2_500;
const MEASURED_MILLIS = 3_000;

type MonitorName = keyof typeof MONITORS;
type LoadName = keyof typeof LOADS;

let roundTripCount = 0;
/** Nobody reads it. But Node ends a native histogram that is no longer referred to, and its cost with it. */
const keptMonitors: unknown[] = [];

if (process.send) await measure(process.argv[2] as LoadName, process.argv[3] as MonitorName);
else await runProgram('cost', compare);

async function compare(): Promise<void> {
  const values = readOptions({ rounds: '5', load: 'all', results: join('results', 'local', 'loop-delay-cost') });
  const roundCount = readNumber(values, 'rounds', { min: 1, max: 100 });
  const loads = Object.keys(LOADS).filter((load) => values.load === 'all' || values.load === load) as LoadName[];
  if (loads.length === 0) {
    throw new UsageError(`--load: expected ${Object.keys(LOADS).join(', ')} or all, got '${values.load}'`);
  }
  const monitors = Object.keys(MONITORS) as MonitorName[];
  const command = ['node dist/experiments/loop-delay/cost.js', ...process.argv.slice(2)].join(' ');
  const header: CostHeader = { experiment: 'loop-delay-cost', provenance: describeProvenance(command, 0) };
  const rawFile = join(values.results, 'raw.jsonl');
  const trials: CostTrial[] = [];
  await mkdir(values.results, { recursive: true });
  await writeFile(rawFile, `${JSON.stringify(header)}\n`);
  const progress = startProgress({
    stepCount: loads.length * roundCount * monitors.length,
    expectedStepMillis: SETTLE_MILLIS + MEASURED_MILLIS,
  });
  try {
    for (let round = 0; round < roundCount; round += 1) {
      for (const load of loads) {
        for (const monitor of monitors) {
          progress.begin(`round ${round + 1}: ${load}, ${monitor}`);
          const trial: CostTrial = { load, monitor, round, ...(await runTrial(load, monitor)) };
          await appendFile(rawFile, `${JSON.stringify(trial)}\n`);
          trials.push(trial);
        }
      }
    }
  } finally {
    progress.end();
  }
  const summary = writeCostSummary({ ...header, trials });
  await writeFile(join(values.results, 'summary.md'), summary);
  process.stdout.write(summary);
}

async function runTrial(load: LoadName, monitor: MonitorName): Promise<CostOutcome> {
  const child = fork(fileURLToPath(import.meta.url), [load, monitor]);
  const [outcome] = (await once(child, 'message')) as [CostOutcome];
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
