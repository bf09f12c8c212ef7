import type { ArmName } from '../arms/index.js';
import { type LoadCommand, type LoadReport, type LoadResult, PLAN_DEFAULTS } from '../load/protocol.js';
import type { ModelServerReport } from '../model-server/protocol.js';
import type { Measured } from '../service/measurement.js';
import type { ServiceCommand, ServiceFinished, ServiceReport } from '../service/protocol.js';
import { type SinkProcess, startSinkProcess } from '../sink/sink-process.js';
import { Child } from './child.js';
import type { ScenarioLoad, TrialSize } from './scenario.js';
import { findFaults } from './validity.js';

/** What one trial printed, as a line of raw.jsonl. */
export interface TrialRecord {
  readonly arm: ArmName;
  /** From 0. */
  readonly block: number;
  /** Of the load: the same in every arm of a block. */
  readonly seed: number;
  readonly startedAt: string;
  readonly measured: Measured;
  readonly load: LoadResult;
  readonly finished: ServiceFinished;
  readonly receivedSpanCount: number;
  readonly duplicateSpanCount: number;
  /** Why the trial must not be counted; empty when it may. */
  readonly faults: readonly string[];
}

export interface TrialPlan {
  readonly arm: ArmName;
  readonly block: number;
  readonly seed: number;
  readonly load: ScenarioLoad;
  readonly size: TrialSize;
}

/** The processes that every trial of a run uses. */
export interface Surroundings {
  readonly sink: SinkProcess;
  readonly modelServerUrl: string;
  end(): Promise<void>;
}

const START_TIMEOUT_MILLIS = 20_000;

/** A flush may take the batch processor's own export time-out, 30 s. */
const FINISH_TIMEOUT_MILLIS = 60_000;

/** What a phase may take on top of its planned length. */
const PHASE_GRACE_MILLIS = 60_000;

export async function startSurroundings(): Promise<Surroundings> {
  const sink = await startSinkProcess({ decode: 'deferred' });
  const modelServer = Child.start<ModelServerReport>({
    name: 'the model server',
    moduleUrl: new URL('../model-server/main.js', import.meta.url),
  });
  const end = async () => {
    await Promise.all([sink.stop(), modelServer.end()]);
  };
  try {
    const { url } = await modelServer.receive('ready', START_TIMEOUT_MILLIS);
    return { sink, modelServerUrl: url, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** One arm, one trial, one fresh service process, one fresh load generator. */
export async function runTrial(plan: TrialPlan, { sink, modelServerUrl }: Surroundings): Promise<TrialRecord> {
  const startedAt = new Date().toISOString();
  await sink.client.reset();
  const service = Child.start<ServiceReport, ServiceCommand>({
    name: `the service (${plan.arm})`,
    moduleUrl: new URL('../service/main.js', import.meta.url),
    args: ['--arm', plan.arm, '--sink-url', sink.url, '--model-server-url', modelServerUrl],
  });
  const load = Child.start<LoadReport, LoadCommand>({
    name: 'the load generator',
    moduleUrl: new URL('../load/main.js', import.meta.url),
  });
  try {
    const [{ url }] = await Promise.all([
      service.receive('ready', START_TIMEOUT_MILLIS),
      load.receive('ready', START_TIMEOUT_MILLIS),
    ]);
    const loadResult = await measureUnderLoad(plan, url, service, load);
    service.send({ type: 'finish' });
    const finished = await service.receive('finished', FINISH_TIMEOUT_MILLIS);
    const report = await sink.client.report();
    const outcome = {
      ...loadResult,
      finished,
      receivedSpanCount: report.spans.receivedCount,
      duplicateSpanCount: report.spans.duplicateCount ?? 0,
    };
    const faults = findFaults(plan, outcome);
    return { arm: plan.arm, block: plan.block, seed: plan.seed, startedAt, ...outcome, faults };
  } finally {
    await Promise.all([service.end(), load.end()]);
  }
}

async function measureUnderLoad(
  { load: { requestsPerSecond, ...texts }, size, seed }: TrialPlan,
  url: string,
  service: Child<ServiceReport, ServiceCommand>,
  load: Child<LoadReport, LoadCommand>,
): Promise<{ load: LoadResult; measured: Measured }> {
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
    ...texts,
  };
  load.send({ type: 'run', plan });
  await receivePhase(load, 'measuring', phaseTimeoutMillis);
  service.send({ type: 'start-measuring' });
  await receivePhase(load, 'draining', phaseTimeoutMillis);
  service.send({ type: 'stop-measuring' });
  const { type: _, ...measured } = await service.receive('measured', PHASE_GRACE_MILLIS);
  const { result } = await done;
  return { load: result, measured };
}

async function receivePhase(load: Child<LoadReport, LoadCommand>, phase: string, timeoutMillis: number): Promise<void> {
  for (;;) {
    const report = await load.receive('phase', timeoutMillis);
    if (report.phase === phase) return;
  }
}
