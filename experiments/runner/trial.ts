import { type LoadCommand, type LoadReport, type LoadResult, PLAN_DEFAULTS } from '../load/protocol.js';
import type { ModelServerReport } from '../model-server/protocol.js';
import type { Measured } from '../service/measurement.js';
import type { ServiceCommand, ServiceReport } from '../service/protocol.js';
import { Child } from './child.js';
import { chooseServiceCore, keepOff } from './cores.js';
import type { NoiseFloor, NoiseFloorCommand, NoiseFloorReport } from './noise-floor.js';
import type { Scenario, ScenarioArm, TrialSize } from './scenario.js';
import { type SpanReceiver, startSpanReceiver } from './span-receiver.js';
import type { TrialRecord } from './trial-record.js';
import { findFaults } from './validity.js';

export interface TrialPlan {
  readonly arm: ScenarioArm;
  readonly block: number;
  readonly seed: number;
  readonly scenario: Pick<
    Scenario,
    'load' | 'application' | 'flushDelayMillis' | 'mayOverload' | 'otherWork' | 'serviceCoreCount' | 'workload'
  >;
  readonly size: TrialSize;
}

/** The processes that every trial of a run uses. */
export interface Surroundings {
  readonly receiver: SpanReceiver;
  readonly modelServerUrl: string;
  readonly noiseFloor: Child<NoiseFloorReport, NoiseFloorCommand>;
  /** The service's only core, which the others keep off; null where it has all. */
  readonly serviceCore: number | null;
  end(): Promise<void>;
}

interface TrialProcesses {
  readonly service: Child<ServiceReport, ServiceCommand>;
  readonly load: Child<LoadReport, LoadCommand>;
  readonly noiseFloor: Surroundings['noiseFloor'];
}

const START_TIMEOUT_MILLIS = 20_000;

/** A flush may take the batch processor's own export time-out, 30 s. */
const FINISH_TIMEOUT_MILLIS = 60_000;

/** What a phase may take on top of its planned length. */
const PHASE_GRACE_MILLIS = 60_000;

export async function startSurroundings({
  application,
  serviceCoreCount,
}: Pick<Scenario, 'application' | 'serviceCoreCount'>): Promise<Surroundings> {
  const serviceCore = serviceCoreCount === 1 ? chooseServiceCore() : null;
  if (serviceCore !== null) keepOff(serviceCore);
  const receiver = await startSpanReceiver(application);
  const modelServer = Child.start<ModelServerReport>({
    name: 'the model server',
    moduleUrl: new URL('../model-server/main.js', import.meta.url),
  });
  const noiseFloor = Child.start<NoiseFloorReport, NoiseFloorCommand>({
    name: 'the noise-floor process',
    moduleUrl: new URL('./noise-floor-process.js', import.meta.url),
  });
  const end = async () => {
    await Promise.all([receiver.stop(), modelServer.end(), noiseFloor.end()]);
  };
  try {
    const [{ url }] = await Promise.all([
      modelServer.receive('ready', START_TIMEOUT_MILLIS),
      noiseFloor.receive('ready', START_TIMEOUT_MILLIS),
    ]);
    return { receiver, modelServerUrl: url, noiseFloor, serviceCore, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * One arm, one trial, one fresh service process, one fresh load generator.
 *
 * @throws {Error} when a process fails, and when `signal` ends them.
 */
export async function runTrial(
  plan: TrialPlan,
  { receiver, modelServerUrl, noiseFloor, serviceCore }: Surroundings,
  signal: AbortSignal,
): Promise<TrialRecord> {
  const startedAt = new Date().toISOString();
  const clocksAtStart = readClocks();
  await receiver.reset();
  const service = startService(plan, { receiver, modelServerUrl, serviceCore });
  const load = Child.start<LoadReport, LoadCommand>({
    name: 'the load generator',
    moduleUrl: new URL('../load/main.js', import.meta.url),
  });
  const end = async () => {
    await Promise.all([service.end(), load.end()]);
  };
  const endEarly = () => void end();
  signal.addEventListener('abort', endEarly);
  try {
    const [{ url }] = await Promise.all([
      service.receive('ready', START_TIMEOUT_MILLIS),
      load.receive('ready', START_TIMEOUT_MILLIS),
    ]);
    const underLoad = await measureUnderLoad(plan, url, { service, load, noiseFloor });
    service.send({ type: 'finish' });
    const finished = await service.receive('finished', FINISH_TIMEOUT_MILLIS);
    const { spans, mediaCount, exports } = await receiver.report();
    const outcome = {
      ...underLoad,
      finished,
      receivedSpanCount: spans.receivedCount,
      duplicateSpanCount: spans.duplicateCount ?? 0,
      receivedMediaCount: mediaCount,
      exports,
      clockStepMillis: readClocks() - clocksAtStart,
    };
    const { arm, block, seed } = plan;
    return { arm: arm.label, block, seed, startedAt, ...outcome, faults: findFaults(plan, outcome) };
  } finally {
    signal.removeEventListener('abort', endEarly);
    await end();
  }
}

function startService(
  { arm, scenario }: TrialPlan,
  { receiver, modelServerUrl, serviceCore }: Pick<Surroundings, 'receiver' | 'modelServerUrl' | 'serviceCore'>,
) {
  const { label, armName, injectedBlocks } = arm;
  const { application = 'chat', otherWork, workload, flushDelayMillis } = scenario;
  const args = ['--application', application, '--arm', armName];
  args.push('--sink-url', receiver.url, '--model-server-url', modelServerUrl);
  if (workload !== undefined) args.push('--workload', JSON.stringify(workload));
  if (otherWork !== undefined) {
    const { lengthMillis, ratePerSecond } = otherWork;
    args.push('--other-work-millis', `${lengthMillis}`, '--other-work-rate-per-second', `${ratePerSecond}`);
  }
  if (injectedBlocks !== null) {
    const { lengthMillis, ratePerSecond } = injectedBlocks;
    args.push('--inject-length-millis', `${lengthMillis}`, '--inject-rate-per-second', `${ratePerSecond}`);
  }
  return Child.start<ServiceReport, ServiceCommand>({
    name: `the service (${label})`,
    moduleUrl: new URL('../service/main.js', import.meta.url),
    args,
    environment: flushDelayMillis === undefined ? {} : { OTEL_BSP_SCHEDULE_DELAY: `${flushDelayMillis}` },
    core: serviceCore,
  });
}

/** The wall clock's lead over the monotonic one; it stays the same unless somebody sets the clock, or the machine sleeps. */
function readClocks(): number {
  return Date.now() - performance.now();
}

async function measureUnderLoad(
  { scenario, size, seed }: TrialPlan,
  url: string,
  { service, load, noiseFloor }: TrialProcesses,
): Promise<{ load: LoadResult; measured: Measured; noiseFloor: NoiseFloor }> {
  const { requestsPerSecond, ...bodies } = scenario.load;
  const { warmUpMillis, measuredMillis } = size;
  const phaseTimeoutMillis = warmUpMillis + measuredMillis + PHASE_GRACE_MILLIS;
  const done = load.receive('done', phaseTimeoutMillis);
  // Awaited below; until then a failure must not end the lab as an unhandled rejection.
  done.catch(() => {});
  const plan = {
    ...PLAN_DEFAULTS,
    url,
    ratePerSecond: requestsPerSecond,
    seed,
    warmUpMillis,
    measuredMillis,
    ...bodies,
  };
  load.send({ type: 'run', plan });
  await receivePhase(load, 'measuring', phaseTimeoutMillis);
  noiseFloor.send({ type: 'start' });
  service.send({ type: 'start-measuring' });
  await receivePhase(load, 'draining', phaseTimeoutMillis);
  service.send({ type: 'stop-measuring' });
  noiseFloor.send({ type: 'stop' });
  const { type: _, ...measured } = await service.receive('measured', PHASE_GRACE_MILLIS);
  const floor = await noiseFloor.receive('noise-floor', PHASE_GRACE_MILLIS);
  const { result } = await done;
  return { load: result, measured, noiseFloor: floor.noiseFloor };
}

async function receivePhase(load: Child<LoadReport, LoadCommand>, phase: string, timeoutMillis: number): Promise<void> {
  for (;;) {
    const report = await load.receive('phase', timeoutMillis);
    if (report.phase === phase) return;
  }
}
