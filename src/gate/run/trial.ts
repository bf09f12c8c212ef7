import { DelayDistribution } from '../../loop-delay/delay-distribution.js';
import type { GateConfig, TrialSize } from '../config/gate-config.js';
import { readFigures } from '../figures.js';
import { GateError } from '../gate-error.js';
import { type Load, startLoad } from '../load/load.js';
import type { LoadResult } from '../load/load-protocol.js';
import type { Arm } from './arm.js';
import type { NoiseFloorWatch } from './noise-floor.js';
import { ProbeFolder, type ProcessWindow } from './probe-window.js';
import type { ProcessGroups } from './process-groups.js';
import { expectFreePorts, Service } from './service.js';
import type { TrialRecord } from './trial-record.js';
import { describeFailedRequests, findFaults } from './validity.js';

/** What every trial of a run uses. */
export interface TrialSurroundings {
  readonly groups: ProcessGroups;
  readonly noiseFloor: NoiseFloorWatch;
  readonly config: GateConfig;
  /** Told of what could not be taken away after a trial. */
  readonly onLeftover: (problem: string) => void;
  /** Rejects when the gate is interrupted. */
  readonly interrupted: Promise<never>;
}

export interface TrialPlan {
  readonly arm: Arm;
  readonly block: number;
  /** Of the load: the same in both arms of a block. */
  readonly seed: number;
  /** What earlier trials measured: of several processes that hold sockets the one that runs it. Null: any. */
  readonly script?: string | null;
}

/**
 * One arm, one fresh service, one fresh load.
 *
 * @throws {GateError} when a process ends or keeps silent, and when the gate is interrupted.
 */
export async function runTrial(plan: TrialPlan, surroundings: TrialSurroundings): Promise<TrialRecord> {
  const folder = new ProbeFolder();
  const measured = await measureTrial(plan, surroundings, folder, async () => {});
  return measured.record;
}

export interface MeasuredTrial<Addition> {
  readonly record: TrialRecord;
  readonly addition: Addition;
}

/**
 * A trial with something more asked of the service's process, as soon as its window is over and while it still runs.
 *
 * @throws {GateError} as {@link runTrial}, and what `ask` throws.
 */
export function measureTrial<Addition>(
  plan: TrialPlan,
  surroundings: TrialSurroundings,
  folder: ProbeFolder,
  ask: (process: ProcessWindow) => Promise<Addition>,
): Promise<MeasuredTrial<Addition>> {
  const { trial, service } = surroundings.config;
  const startedAt = new Date().toISOString();
  const clocksAtStart = readClocks();
  return underLoad(plan, surroundings, trial, folder, async (load) => {
    await load.measuring;
    surroundings.noiseFloor.start();
    const startUnixMillis = Date.now();
    await load.draining;
    const endUnixMillis = Date.now();
    const noiseFloor = await surroundings.noiseFloor.stop();
    const { arm, block, script: knownScript = null } = plan;
    const wanted = { program: service.program, script: knownScript };
    const measured = await folder.readWindow({ startUnixMillis, endUnixMillis }, wanted, arm.rootFolder);
    const { snapshot, script, isWholeWindow, connections } = measured;
    const addition = await ask(measured.busiest);
    const result = await load.result;
    const outcome = {
      figures: readFigures(snapshot, result === null ? null : new DelayDistribution(result.latency)),
      loopDelay: snapshot.toJSON(),
      load: result,
      noiseFloor,
      clockStepMillis: readClocks() - clocksAtStart,
      script,
      isWholeWindow,
    };
    const { startUnixMillis: loadStartUnixMillis } = load;
    const faults = findFaults(surroundings.config, { ...outcome, connections, loadStartUnixMillis });
    const record = {
      arm: arm.name,
      block,
      startedAt,
      ...outcome,
      faults: faults.map(({ reason }) => reason),
      faultKinds: faults.map(({ kind }) => kind),
    };
    return { record, addition };
  });
}

/**
 * A trial that is not measured, as long as a warm-up: what a first start has to fetch from disk, the first arm would pay
 * for. A load that can't work shows here already.
 *
 * @throws {GateError} as {@link runTrial}, and where no request at all was answered as it must be.
 */
export async function rehearse(arm: Arm, surroundings: TrialSurroundings): Promise<void> {
  const { trial, validity } = surroundings.config;
  const size = { warmUpMillis: 0, measuredMillis: trial.warmUpMillis };
  const result = await underLoad(
    { arm, block: 0, seed: 0 },
    surroundings,
    size,
    new ProbeFolder(),
    (load) => load.result,
  );
  // Where all may fail, that is what is to be measured.
  if (result !== null && validity.maxFailedRequestRatio < 1) expectAnswers(arm, result);
}

/** Some may fail as long as a service is cold: only where all do the trials would be in vain. */
function expectAnswers({ name }: Arm, result: LoadResult): void {
  if (result.dueRequestCount === 0 || result.succeededRequestCount > 0) return;
  throw new GateError(
    `rehearsing the ${name}: ${describeFailedRequests(result)}; ` +
      'expected answers with a status from 200 to 399: check the load, or wait longer by service.ready.url',
  );
}

async function underLoad<Outcome>(
  { arm, seed }: TrialPlan,
  { groups, config, interrupted, onLeftover }: TrialSurroundings,
  size: TrialSize,
  folder: ProbeFolder,
  use: (load: Load) => Promise<Outcome>,
): Promise<Outcome> {
  const started: { end(): Promise<void> }[] = [];
  const work = async () => {
    // Raced here as well: nothing may be started once what was started is being ended.
    await Promise.race([expectFreePorts(arm, config), interrupted]);
    const ownOptions = arm.env['NODE_OPTIONS'];
    const service = new Service(
      groups,
      arm,
      config,
      folder.preload(ownOptions === undefined ? process.env['NODE_OPTIONS'] : ownOptions),
    );
    started.push(service);
    await Promise.race([service.waitUntilReady(), interrupted]);
    const load = startLoad(groups, config.load, { ...size, seed });
    started.push(load);
    return Promise.race([use(load), service.crashed]);
  };
  const working = work();
  // It goes on for a moment when the gate is interrupted, and nobody listens any more.
  working.catch(() => {});
  try {
    return await Promise.race([working, interrupted]);
  } finally {
    await Promise.all(started.map((one) => one.end()));
    try {
      folder.remove();
    } catch (error) {
      onLeftover(`A folder of the probe stays: ${(error as Error).message}.`);
    }
  }
}

/** The wall clock's lead over the monotonic one: the same unless somebody sets the clock, or the machine sleeps. */
function readClocks(): number {
  return Date.now() - performance.now();
}
