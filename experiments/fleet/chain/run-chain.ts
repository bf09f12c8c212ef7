import { type ArrivalWeightedDelay, parseLoopDelaySnapshot } from 'offloop/loop-delay';
import { quantileOfSorted } from '#gate/statistics/sample-statistics';
import type { Figures } from '../../claims/claim.js';
import { type LoadCommand, type LoadReport, type LoadResult, PLAN_DEFAULTS } from '../../load/protocol.js';
import { Child } from '../../runner/child.js';
import type { StudyOutcome } from '../../studies/study.js';
import { chanceToMeet, fractionInBlocksOver } from '../loop-waits.js';
import { simulateTimeline } from '../simulate-timeline.js';
import { predictWaits } from './predict-waits.js';
import type { ChainServiceCommand, ChainServiceReport } from './protocol.js';
import { type ChainShape, toHop } from './shapes.js';

export interface ChainSettings {
  readonly requestsPerSecond: number;
  readonly blockMillis: number;
  readonly meanPauseMillis: number;
  readonly warmUpMillis: number;
  readonly idleMillis: number;
  readonly measuredMillis: number;
}

type Service = Child<ChainServiceReport, ChainServiceCommand>;

const START_TIMEOUT_MILLIS = 20_000;
const GRACE_MILLIS = 60_000;
const PREDICTED_REQUEST_COUNT = 50_000;

/** Between two neighbouring services' seeds. */
const SEED_STEP = 7_919;

/** There and back. */
const WAYS_PER_ANSWER = 2;

/** Fresh processes; their latency without blocks, then with blocks of a known length, and what the latter should be. */
export async function runChain(shape: ChainShape, settings: ChainSettings, seed: number): Promise<StudyOutcome> {
  const services: Service[] = [];
  try {
    const urls = await startServices(shape, seed, services);
    const { warmUpMillis, idleMillis, measuredMillis, blockMillis, meanPauseMillis } = settings;
    const url = urls[0] ?? '';
    const idle = await offerLoad({ url, settings, seed, warmUpMillis, measuredMillis: idleMillis });
    for (const service of services) service.send({ type: 'start-blocking', blockMillis, meanPauseMillis });
    for (const service of services) service.send({ type: 'start-measuring' });
    const blocked = await offerLoad({ url, settings, seed: seed + 1, warmUpMillis: 0, measuredMillis });
    const delays = await Promise.all(services.map(readDelay));
    return {
      figures: compare(shape, settings, { idle, blocked, delays, seed }),
      faults: [...findFaults(idle), ...findFaults(blocked)],
    };
  } finally {
    await Promise.all(services.map((service) => service.end()));
  }
}

/** The last first: a service must know where the next ones are. @returns the URLs, the first service's first */
async function startServices(
  { serviceCount, order }: ChainShape,
  seed: number,
  services: Service[],
): Promise<string[]> {
  const urls: string[] = [];
  for (let index = serviceCount - 1; index >= 0; index -= 1) {
    const isLast = urls.length === 0;
    const nextUrls = order === 'in turn' ? urls.slice(0, isLast ? 0 : 1) : index === 0 ? urls : [];
    const service: Service = Child.start({
      name: `service ${index + 1} of the chain`,
      moduleUrl: findModule('./service-process.js', 'fleet/chain/service-process.js'),
      args: [JSON.stringify({ nextUrls, seed: seed + index * SEED_STEP })],
    });
    services.unshift(service);
    urls.unshift((await service.receive('ready', START_TIMEOUT_MILLIS)).url);
  }
  return urls;
}

async function offerLoad(offer: {
  readonly url: string;
  readonly settings: ChainSettings;
  readonly seed: number;
  readonly warmUpMillis: number;
  readonly measuredMillis: number;
}): Promise<LoadResult> {
  const { url, settings, seed, warmUpMillis, measuredMillis } = offer;
  const load = Child.start<LoadReport, LoadCommand>({
    name: 'the load generator',
    moduleUrl: findModule('../../load/main.js', 'load/main.js'),
  });
  try {
    await load.receive('ready', START_TIMEOUT_MILLIS);
    load.send({
      type: 'run',
      plan: {
        ...PLAN_DEFAULTS,
        url,
        ratePerSecond: settings.requestsPerSecond,
        seed,
        warmUpMillis,
        measuredMillis,
        promptCharacters: 1,
        completionCharacters: 1,
      },
    });
    return (await load.receive('done', warmUpMillis + measuredMillis + GRACE_MILLIS)).result;
  } finally {
    await load.end();
  }
}

async function readDelay(service: Service): Promise<ArrivalWeightedDelay> {
  service.send({ type: 'stop-measuring' });
  const { loopDelay } = await service.receive('measured', GRACE_MILLIS);
  return parseLoopDelaySnapshot(loopDelay).arrivalWeighted;
}

function compare(
  shape: ChainShape,
  { blockMillis, meanPauseMillis }: ChainSettings,
  trial: {
    readonly idle: LoadResult;
    readonly blocked: LoadResult;
    readonly delays: readonly ArrivalWeightedDelay[];
    readonly seed: number;
  },
): Figures {
  const { idle, blocked, delays, seed } = trial;
  const idleMillis = idle.latency.p50Millis;
  const simulation = { requestCount: PREDICTED_REQUEST_COUNT, seed };
  const predicted = predictWaits(listExcesses(idle, idleMillis), delays, shape.order, simulation);
  const depth = shape.order === 'in turn' ? shape.serviceCount - 1 : 1;
  const hopMillis = idleMillis / (WAYS_PER_ANSWER * (depth + 1));
  const timeline = simulateTimeline(toHop(shape), { ...simulation, blockMillis, meanPauseMillis, hopMillis }).sort();
  const measured = listExcesses(blocked, idleMillis);
  // Half a block is more than anything else makes a request wait.
  const lateMillis = blockMillis / 2;
  const fraction = delays.reduce((sum, delay) => sum + fractionInBlocksOver(delay, lateMillis), 0) / delays.length;
  return {
    idleP50Millis: idleMillis,
    idleP99Millis: idle.latency.p99Millis,
    blockedFraction: fraction,
    chanceToMeetPercent: 100 * chanceToMeet(fraction, shape.serviceCount),
    measuredLatePercent: 100 * shareAbove(measured, lateMillis),
    predictedLatePercent: 100 * shareAbove(predicted, lateMillis),
    ...describeWaits('measured', measured),
    ...describeWaits('predicted', predicted),
    ...describeWaits('timeline', timeline),
  };
}

/** @param waits ascending */
function describeWaits(kind: string, waits: Float64Array): Figures {
  return { [`${kind}P90Millis`]: quantileOfSorted(waits, 0.9), [`${kind}P99Millis`]: quantileOfSorted(waits, 0.99) };
}

/** What each request took longer than one usually takes without blocks, ascending; below 0 where it was faster. */
function listExcesses({ latency }: LoadResult, idleMillis: number): Float64Array {
  const waits = latency.buckets.flatMap(({ upToMillis, count }) =>
    Array.from({ length: count }, () => upToMillis - idleMillis),
  );
  return Float64Array.from(waits).sort();
}

function shareAbove(values: Float64Array, limit: number): number {
  return values.reduce((count, value) => count + (value > limit ? 1 : 0), 0) / values.length;
}

function findFaults({ dueRequestCount, succeededRequestCount }: LoadResult): string[] {
  const failedCount = dueRequestCount - succeededRequestCount;
  return failedCount === 0 ? [] : [`${failedCount} of ${dueRequestCount} requests did not succeed`];
}

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
function findModule(path: string, pathInBuild: string): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? `../../../dist/experiments/${pathInBuild}` : path, import.meta.url);
}
