import type { GateConfig, TrialSize } from '#gate/config/gate-config';
import { loadGateConfig } from '#gate/config/load-config';
import { GateError } from '#gate/gate-error';
import { describeProvenance } from '#gate/provenance';
import type { Arm } from '#gate/run/arm';
import { NoiseFloorWatch } from '#gate/run/noise-floor';
import { prepareArms } from '#gate/run/prepare-arms';
import { ProcessGroups } from '#gate/run/process-groups';
import { rehearse, runTrial, type TrialSurroundings } from '#gate/run/trial';
import { type ModelServerProcess, startModelServerProcess } from '../model-server/model-server-process.js';
import { findFreePort } from '../service/free-port.js';
import { type SinkProcess, startSinkProcess } from '../sink/sink-process.js';
import { DEFAULT_SIZE, listArmSettings, type OwnGate } from './arm-settings.js';
import { MODEL_PACE } from './model-pace.js';
import type { PowerArm } from './power-arms.js';
import type { PowerTrial } from './power-run.js';

/** A trial to be recorded. */
export interface PowerStep {
  readonly arm: PowerArm;
  /** From 0. */
  readonly block: number;
}

export interface BenchSettings {
  /** `offloop.gate.json` of this repository, and what it says. */
  readonly configFile: string;
  readonly own: OwnGate;
  readonly trial: TrialSize;
  readonly seed: number;
}

interface Prepared {
  readonly arm: Arm;
  readonly surroundings: TrialSurroundings;
}

/** As the gate has it: the load of the warm-up takes the seed after its own. */
const SEEDS_PER_BLOCK = 2;

/** Runs trials by the gate's own code, of the arms as a live run starts them. */
export class TrialBench {
  readonly #settings: BenchSettings;
  readonly #sink: SinkProcess;
  readonly #modelServer: ModelServerProcess;
  readonly #port: number;
  readonly #groups = new ProcessGroups();
  readonly #noiseFloor = new NoiseFloorWatch(this.#groups);
  readonly #prepared = new Map<string, Prepared>();
  readonly #interrupted: Promise<never>;
  #interrupt: (error: GateError) => void = () => {};

  private constructor(settings: BenchSettings, sink: SinkProcess, modelServer: ModelServerProcess, port: number) {
    this.#settings = settings;
    this.#sink = sink;
    this.#modelServer = modelServer;
    this.#port = port;
    this.#interrupted = new Promise((_, reject) => {
      this.#interrupt = reject;
    });
    this.#interrupted.catch(() => {});
  }

  static async open(settings: BenchSettings): Promise<TrialBench> {
    const port = await findFreePort();
    const sink = await startSinkProcess({ decode: 'deferred' });
    try {
      return new TrialBench(settings, sink, await startModelServerProcess(MODEL_PACE), port);
    } catch (error) {
      await sink.stop();
      throw error;
    }
  }

  /** Ends the trial under way; whoever waits for it gets a {@link GateError}. */
  interrupt(): void {
    this.#interrupt(new GateError('interrupted'));
  }

  async rehearse(powerArm: PowerArm): Promise<void> {
    const { arm, surroundings } = await this.#prepare(powerArm);
    await rehearse(arm, surroundings);
  }

  /** @throws {GateError} where it gives no figures. */
  async measure({ arm: powerArm, block }: PowerStep): Promise<PowerTrial> {
    const { arm, surroundings } = await this.#prepare(powerArm);
    await this.#sink.client.reset();
    const startMillis = performance.now();
    const seed = this.#settings.seed + block * SEEDS_PER_BLOCK;
    const { arm: _, loopDelay, load, ...record } = await runTrial({ arm, block, seed }, surroundings);
    const durationMillis = performance.now() - startMillis;
    if (load === null) throw new TypeError('unreachable: the load is the built-in one');
    const { sentRequestCount: __, latency: ___, ...loadCounts } = load;
    const { requestsPerSecond, spansPerRequest } = powerArm.service;
    const warmUpCount = Math.round((requestsPerSecond * this.#settings.trial.warmUpMillis) / 1_000);
    const { receivedCount, duplicateCount } = (await this.#sink.client.report()).spans;
    return {
      label: powerArm.label,
      ...record,
      durationMillis,
      runnableMillis: loopDelay.runnableMillis,
      windowMillis: loopDelay.durationMillis,
      load: loadCounts,
      expectedSpanCount: spansPerRequest * (load.succeededRequestCount + warmUpCount),
      receivedSpanCount: receivedCount - (duplicateCount ?? 0),
    };
  }

  async end(): Promise<void> {
    await this.#noiseFloor.end();
    await this.#groups.close();
    await Promise.all([this.#sink.stop(), this.#modelServer.stop()]);
  }

  /** As the candidate of a live run. */
  async #prepare(powerArm: PowerArm): Promise<Prepared> {
    const known = this.#prepared.get(powerArm.label);
    if (known !== undefined) return known;
    const config = await this.#readConfig(powerArm);
    const interrupted = this.#interrupted;
    const { candidate } = await prepareArms({
      config,
      mode: 'compare',
      provenance: describeProvenance('', this.#settings.seed),
      groups: this.#groups,
      interrupted,
      onProgress: () => {},
    });
    const surroundings = {
      groups: this.#groups,
      noiseFloor: this.#noiseFloor,
      config,
      interrupted,
      onLeftover: (problem: string) => void process.stderr.write(`${problem}\n`),
    };
    const prepared = { arm: candidate, surroundings };
    this.#prepared.set(powerArm.label, prepared);
    return prepared;
  }

  #readConfig(arm: PowerArm): Promise<GateConfig> {
    const { configFile, own, trial } = this.#settings;
    const settings = {
      ...listArmSettings(own, arm, { ...DEFAULT_SIZE, trial }, this.#port),
      'service.env.SINK_URL': this.#sink.url,
      'service.env.MODEL_SERVER_URL': this.#modelServer.url,
      // Meant for whoever records; a live run hands it on neither.
      'service.env.NODE_OPTIONS': null,
    };
    return loadGateConfig({ configFile, settings: Object.entries(settings) });
  }
}
