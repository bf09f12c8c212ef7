import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseLoopDelaySnapshot } from 'offloop/loop-delay';
import { LANGFUSE_KEYS } from '../arms/arm.js';
import type { Figures } from '../claims/claim.js';
import { type LangfuseServerProcess, startLangfuseServerProcess } from '../langfuse-server/langfuse-server-process.js';
import type { LangfuseReport } from '../langfuse-server/protocol.js';
import { type LoadCommand, type LoadReport, type LoadResult, PLAN_DEFAULTS } from '../load/protocol.js';
import { Child } from '../runner/child.js';
import { EVENTS_PER_EXCHANGE } from './service/exchange-recorder.js';
import type {
  ExchangeArm,
  ExchangeFinished,
  ExchangeMeasured,
  ExchangeServiceCommand,
  ExchangeServiceReport,
} from './service/protocol.js';
import type { StudyOutcome } from './study.js';

/** `slow`: every answer takes {@link SLOW_ANSWER_MILLIS}. `down`: nothing listens there. */
export type SinkState = 'well' | 'slow' | 'down';

export interface ExchangePlan {
  readonly arm: ExchangeArm;
  /** @default 'well' */
  readonly sink?: SinkState;
  /** @default wherever the system puts it */
  readonly cpus?: readonly number[];
  /** @default 0 */
  readonly workerNice?: number;
  /** How often spans in memory are counted, under load, after what was measured. @default 0 */
  readonly liveSpanProbeCount?: number;
  readonly seed: number;
  readonly settings: Readonly<Record<string, number>>;
}

export const SLOW_ANSWER_MILLIS = 2_000;

/** As by the `settings` of a study's size. */
const DEFAULT_SETTINGS = {
  requestsPerSecond: 200,
  characters: 10_000,
  warmUpMillis: 800,
  measuredMillis: 4_000,
  settleTimeoutMillis: 10_000,
};

const PROBE_INTERVAL_MILLIS = 600;
const START_TIMEOUT_MILLIS = 20_000;
const GRACE_MILLIS = 60_000;
const MEBIBYTE = 1024 * 1024;
const MILLIS_PER_SECOND = 1_000;

/** The generator's own delay is part of every latency: past this at its p99 it was starved of CPU. */
const MAX_LATENESS_P99_MILLIS = 50;

type Service = Child<ExchangeServiceReport, ExchangeServiceCommand>;
type Load = Child<LoadReport, LoadCommand>;

/** Where the exchange service of a study delivers to, and how one trial of it runs: fresh service, fresh load. */
export class ExchangeBench {
  readonly #server: LangfuseServerProcess;
  readonly #deadUrl: string;

  private constructor(server: LangfuseServerProcess, deadUrl: string) {
    this.#server = server;
    this.#deadUrl = deadUrl;
  }

  static async open(): Promise<ExchangeBench> {
    return new ExchangeBench(await startLangfuseServerProcess({ decode: 'deferred' }), await findDeadUrl());
  }

  end(): Promise<void> {
    return this.#server.stop();
  }

  async run(plan: ExchangePlan): Promise<StudyOutcome> {
    const { sink = 'well' } = plan;
    const settings = { ...DEFAULT_SETTINGS, ...plan.settings };
    const behaviour = sink === 'slow' ? { delayMillis: SLOW_ANSWER_MILLIS } : {};
    const { client } = this.#server;
    await client.reset();
    await client.traces.setBehaviour(behaviour);
    await client.setBehaviour('ingestion', behaviour);
    const service = this.#startService(plan);
    const load: Load = Child.start({ name: 'the load generator', moduleUrl: findModule('../load/main.js') });
    try {
      const { url } = await service.receive('ready', START_TIMEOUT_MILLIS);
      await load.receive('ready', START_TIMEOUT_MILLIS);
      const underLoad = await measureUnderLoad({ service, load, url }, plan, settings);
      service.send({ type: 'finish', settleTimeoutMillis: settings.settleTimeoutMillis });
      const finished = await service.receive('finished', settings.settleTimeoutMillis + GRACE_MILLIS);
      // Gone first: what it had not delivered by then is lost.
      await service.end();
      return describeOutcome(plan, { ...underLoad, finished, arrivedCount: countArrived(await client.report()) });
    } finally {
      await Promise.all([service.end(), load.end()]);
    }
  }

  #startService({ arm, sink = 'well', cpus = [], workerNice = 0 }: ExchangePlan): Service {
    const { publicKey, secretKey } = LANGFUSE_KEYS;
    const credentials = Buffer.from(`${publicKey}:${secretKey}`).toString('base64');
    return Child.start({
      name: `the service (${arm})`,
      moduleUrl: findModule('./service/service-process.js'),
      args: [
        JSON.stringify({
          arm,
          langfuseUrl: sink === 'down' ? this.#deadUrl : this.#server.url,
          cpus: cpus.length === 0 ? null : cpus,
          workerNice,
        }),
      ],
      environment: { OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Basic ${credentials}` },
    });
  }
}

interface UnderLoad extends ExchangeMeasured {
  readonly load: LoadResult;
  readonly liveSpanCounts: readonly number[];
}

async function measureUnderLoad(
  { service, load, url }: { readonly service: Service; readonly load: Load; readonly url: string },
  { seed, liveSpanProbeCount = 0 }: ExchangePlan,
  settings: typeof DEFAULT_SETTINGS,
): Promise<UnderLoad> {
  const { requestsPerSecond, characters, warmUpMillis, measuredMillis } = settings;
  const probingMillis = liveSpanProbeCount * PROBE_INTERVAL_MILLIS;
  const timeoutMillis = warmUpMillis + measuredMillis + probingMillis + GRACE_MILLIS;
  const done = load.receive('done', timeoutMillis);
  // Awaited below; until then a failure must not end the lab as an unhandled rejection.
  done.catch(() => {});
  load.send({
    type: 'run',
    plan: {
      ...PLAN_DEFAULTS,
      url,
      ratePerSecond: requestsPerSecond,
      seed,
      warmUpMillis,
      measuredMillis: measuredMillis + probingMillis,
      promptCharacters: characters,
      completionCharacters: characters,
    },
  });
  await receivePhase(load, 'measuring', timeoutMillis);
  service.send({ type: 'start-measuring' });
  if (liveSpanProbeCount > 0) await delay(measuredMillis);
  else await receivePhase(load, 'draining', timeoutMillis);
  service.send({ type: 'stop-measuring' });
  const { type: _, ...measured } = await service.receive('measured', GRACE_MILLIS);
  const liveSpanCounts: number[] = [];
  for (let probe = 0; probe < liveSpanProbeCount; probe += 1) {
    service.send({ type: 'count-live-spans' });
    liveSpanCounts.push((await service.receive('live-spans', GRACE_MILLIS)).spanCount);
    if (probe + 1 < liveSpanProbeCount) await delay(PROBE_INTERVAL_MILLIS);
  }
  return { ...measured, liveSpanCounts, load: (await done).result };
}

async function receivePhase(load: Load, phase: string, timeoutMillis: number): Promise<void> {
  for (;;) {
    const report = await load.receive('phase', timeoutMillis);
    if (report.phase === phase) return;
  }
}

function describeOutcome(
  { arm, sink = 'well' }: ExchangePlan,
  trial: UnderLoad & { readonly finished: ExchangeFinished; readonly arrivedCount: number },
): StudyOutcome {
  const { load, finished, arrivedCount } = trial;
  const faults: string[] = [];
  if (load.succeededRequestCount < load.dueRequestCount) {
    faults.push(
      `${load.dueRequestCount - load.succeededRequestCount} of ${load.dueRequestCount} requests did not succeed`,
    );
  }
  if (load.lateness.p99Millis > MAX_LATENESS_P99_MILLIS) {
    faults.push(`the load generator was ${load.lateness.p99Millis.toFixed(0)} ms late at p99`);
  }
  if (sink === 'well' && arm !== 'control' && arrivedCount !== finished.madeCount) {
    faults.push(`${finished.madeCount} observations were made and ${arrivedCount} arrived`);
  }
  return { figures: listFigures(trial), faults };
}

function listFigures({
  measured,
  garbage,
  residentSetBytesAtStart,
  load,
  liveSpanCounts,
  finished,
  arrivedCount,
}: UnderLoad & { readonly finished: ExchangeFinished; readonly arrivedCount: number }): Figures {
  const { arrivalWeighted, mainThreadCpuMillis, durationMillis } = parseLoopDelaySnapshot(measured.loopDelay);
  const seconds = measured.windowMillis / MILLIS_PER_SECOND;
  const { userMillis, systemMillis } = measured.processCpu;
  const { madeCount } = finished;
  const spansPerSecond = measured.madeSpanCount / seconds;
  return {
    p99Millis: arrivalWeighted.percentileMillis(99),
    longestMillis: arrivalWeighted.maxMillis,
    latencyP50Millis: load.latency.p50Millis,
    latencyP99Millis: load.latency.p99Millis,
    ...(mainThreadCpuMillis === null
      ? {}
      : { mainCpuMillisPerSecond: (mainThreadCpuMillis * MILLIS_PER_SECOND) / durationMillis }),
    processCpuMillisPerSecond: (userMillis + systemMillis) / seconds,
    residentMebibytes: measured.residentSetBytes / MEBIBYTE,
    residentGrowthMebibytes: (measured.residentSetBytes - residentSetBytesAtStart) / MEBIBYTE,
    madeCount,
    lostCount: madeCount - arrivedCount,
    lostPercent: madeCount === 0 ? 0 : (100 * (madeCount - arrivedCount)) / madeCount,
    settleMillis: finished.settleMillis,
    minorPerSecond: garbage.minorCount / seconds,
    minorMillisPerSecond: garbage.minorMillis / seconds,
    majorPerSecond: garbage.majorCount / seconds,
    majorMillisPerSecond: garbage.majorMillis / seconds,
    longestPauseMillis: garbage.longestMillis,
    promotedKilobytesPerSpan: garbage.promotedBytes / MILLIS_PER_SECOND / measured.madeSpanCount,
    // A window without a collection has no heap after one.
    ...(Number.isNaN(garbage.heapUsedMaxBytes)
      ? {}
      : {
          heapUsedP50Mebibytes: garbage.heapUsedP50Bytes / MEBIBYTE,
          heapUsedMaxMebibytes: garbage.heapUsedMaxBytes / MEBIBYTE,
        }),
    ...(liveSpanCounts.length === 0 ? {} : describeLiveSpans(liveSpanCounts, spansPerSecond)),
  };
}

/** By Little's law: how many there are at a time, over how many are made in a second, is how long each stays. */
function describeLiveSpans(counts: readonly number[], spansPerSecond: number): Figures {
  const liveSpanCount = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return { liveSpanCount, liveSeconds: liveSpanCount / spansPerSecond };
}

function countArrived({ traces, ingestion }: LangfuseReport): number {
  const { receivedCount, duplicateCount } = traces.spans;
  const eventCount = ingestion.receivedEventCount - ingestion.duplicateEventCount;
  return receivedCount - (duplicateCount ?? 0) + Math.floor(eventCount / EVENTS_PER_EXCHANGE);
}

/** A port that was free a moment ago, and that nobody is told of. */
async function findDeadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
function findModule(path: string): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(
    isSource
      ? path.replace(/^\.\.\//, '../../dist/experiments/').replace(/^\.\//, '../../dist/experiments/studies/')
      : path,
    import.meta.url,
  );
}
