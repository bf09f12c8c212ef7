import { existsSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArrivalWeightedDelay } from 'offloop/loop-delay';
import type { PayloadName } from '../bench/payloads.js';
import { Child } from '../runner/child.js';
import { describeProvenance, type Provenance } from '../runner/provenance.js';
import { type SinkProcess, startSinkProcess } from '../sink/sink-process.js';
import type { Sample, ServiceCommand, ServiceMessage, ServiceSettings, SoakArmName, SpanTally } from './protocol.js';
import { HEALTHY_SECONDS, type SoakScenario } from './scenarios.js';

export interface SoakSettings {
  readonly scenario: SoakScenario;
  readonly arms: readonly SoakArmName[];
  readonly payload: PayloadName;
  readonly spansPerSecond: number;
  readonly durationSeconds: number;
  readonly maxQueueBytes: number;
  readonly exportTimeoutMillis: number;
  /** What to type to repeat the run. */
  readonly command: string;
  /** Takes raw.jsonl; made if missing. */
  readonly folder: string;
  /** Called every second with the newest samples. */
  readonly onSecond?: (second: number, samples: ReadonlyMap<SoakArmName, Sample>) => void;
}

/** How one arm fared. */
export interface ArmRecord {
  readonly arm: SoakArmName;
  /** One a second, the first before the first span. */
  readonly samples: readonly Sample[];
  /** After the shutdown. */
  readonly finalTally: SpanTally;
  /** Distinct spans that arrived; null where the sink is gone, or for an arm that sends none. */
  readonly receivedSpanCount: number | null;
  /** Spans that arrived again. */
  readonly duplicateSpanCount: number | null;
}

export interface SoakRun {
  readonly settings: SoakSettings;
  readonly provenance: Provenance;
  readonly arms: readonly ArmRecord[];
}

interface SoakService {
  readonly arm: SoakArmName;
  readonly sink: SinkProcess;
  readonly child: Child<ServiceMessage, ServiceCommand>;
  readonly samples: Sample[];
}

const RAW_FILE = 'raw.jsonl';
const START_TIMEOUT_MILLIS = 20_000;
const SAMPLE_TIMEOUT_MILLIS = 60_000;

/** What a shutdown may take beyond the processor's own time-out. */
const END_TIMEOUT_MILLIS = 30_000;

/** Lets all arms end spans beside each other, each with a sink of its own; every second is on disk before the next. */
export async function runSoak(settings: SoakSettings): Promise<SoakRun> {
  const { command, folder, exportTimeoutMillis } = settings;
  const provenance = describeProvenance(command, 0);
  const rawFile = join(folder, RAW_FILE);
  await mkdir(folder, { recursive: true });
  const { scenario, onSecond: _, folder: __, command: ___, ...header } = settings;
  await writeFile(rawFile, toLine({ provenance, scenario: scenario.name, ...header }));
  const services: SoakService[] = [];
  try {
    for (const arm of settings.arms) services.push(await startService(settings, arm));
    for (const { child } of services) await child.receive('ready', START_TIMEOUT_MILLIS);
    for (const { child } of services) child.send({ type: 'start' });
    await recordSeconds(settings, services, rawFile);
    const arms: ArmRecord[] = [];
    for (const { arm, child, samples, sink } of services) {
      const { counts } = await child.receive('finished', exportTimeoutMillis + END_TIMEOUT_MILLIS);
      const received = await countReceived(settings, arm, sink);
      arms.push({ arm, samples, finalTally: counts, ...received });
      await appendFile(rawFile, toLine({ arm, finalTally: counts, ...received }));
    }
    return { settings, provenance, arms };
  } finally {
    await Promise.all(services.flatMap(({ child, sink }) => [child.end(), sink.stop()]));
  }
}

async function startService(settings: SoakSettings, arm: SoakArmName): Promise<SoakService> {
  const { payload, spansPerSecond, maxQueueBytes, exportTimeoutMillis, durationSeconds } = settings;
  const sink = await startSinkProcess();
  const serviceSettings: ServiceSettings = {
    arm,
    tracesUrl: sink.tracesUrl,
    payload,
    spansPerSecond,
    maxQueueBytes,
    exportTimeoutMillis,
    sampleCount: durationSeconds,
  };
  const child = Child.start<ServiceMessage, ServiceCommand>({
    name: `the service (${arm})`,
    moduleUrl: findEntry(),
    args: [JSON.stringify(serviceSettings)],
  });
  return { arm, sink, child, samples: [] };
}

async function recordSeconds(settings: SoakSettings, services: readonly SoakService[], rawFile: string): Promise<void> {
  const { scenario, durationSeconds, onSecond } = settings;
  for (let second = 0; second <= durationSeconds; second++) {
    const newest = new Map<SoakArmName, Sample>();
    for (const { arm, child, samples } of services) {
      const { sample } = await child.receive('sample', SAMPLE_TIMEOUT_MILLIS);
      samples.push(sample);
      newest.set(arm, sample);
    }
    const line = Object.fromEntries([...newest].map(([arm, sample]) => [arm, toRawSample(sample)]));
    await appendFile(rawFile, toLine({ second, ...line }));
    if (second === HEALTHY_SECONDS) await Promise.all(services.map(({ sink }) => scenario.disturb(sink)));
    onSecond?.(second, newest);
  }
}

/** The blocks take most of a sample and would make an hour too large to keep: what is judged of them is enough. */
function toRawSample({ loopDelay: { blocks, observedMillis, runnableMillis }, elapsedMillis, ...sample }: Sample) {
  const delay = new ArrivalWeightedDelay(blocks, observedMillis);
  const delayP99Millis = Number(delay.percentileMillis(99).toFixed(2));
  return {
    elapsedMillis: Math.round(elapsedMillis),
    ...sample,
    delayP99Millis,
    longestBlockMillis: Number(delay.maxMillis.toFixed(2)),
    runnableMillis: runnableMillis && Math.round(runnableMillis),
  };
}

async function countReceived({ scenario }: SoakSettings, arm: SoakArmName, { client }: SinkProcess) {
  if (arm === 'control' || !scenario.isSinkThere) return { receivedSpanCount: null, duplicateSpanCount: null };
  const { receivedCount, duplicateCount } = (await client.report()).spans;
  return { receivedSpanCount: receivedCount - (duplicateCount ?? 0), duplicateSpanCount: duplicateCount };
}

function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
function findEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = new URL(
    isSource ? '../../dist/experiments/soak/service-process.js' : './service-process.js',
    import.meta.url,
  );
  if (existsSync(fileURLToPath(entry))) return entry;
  throw new Error(`expected ${fileURLToPath(entry)}; build it with: npm run build`);
}
