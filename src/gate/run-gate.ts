import { type Baseline, makeBaseline } from './baseline.js';
import type { GateConfig } from './config/gate-config.js';
import { redactConfig } from './config/secrets.js';
import { explainRun } from './explain/explain-run.js';
import type { ExplainChoice, Explanation } from './explain/explanation.js';
import { describeProblem, GateError } from './gate-error.js';
import { type GateMode, type GateResult, RESULT_VERSION } from './gate-result.js';
import { judgeBlocks } from './judge-blocks.js';
import { countRequests } from './load/generate-load.js';
import type { Provenance } from './provenance.js';
import { NoiseFloorWatch } from './run/noise-floor.js';
import { type PreparedArms, prepareArms } from './run/prepare-arms.js';
import { ProcessGroups } from './run/process-groups.js';
import { rehearse, runTrial, type TrialSurroundings } from './run/trial.js';
import type { TrialRecord } from './run/trial-record.js';
import { countFewestPairs } from './statistics/decision.js';
import { planFor } from './verdict/conclude.js';
import { countLimits } from './verdict/judge-figure.js';
import { describeUnjudged } from './verdict/unjudged.js';

export interface GateSettings {
  readonly config: GateConfig;
  readonly mode: GateMode;
  readonly explain: ExplainChoice;
  readonly provenance: Provenance;
  /** Rejects with a {@link GateError} when the run is to end. */
  readonly interrupted: Promise<never>;
  readonly onProgress: (line: string) => void;
}

export interface GateRun {
  readonly result: GateResult;
  /** What `--save` is to write; null in other modes, and where there is too little for one. */
  readonly baseline: Baseline | null;
}

type Outcome = Pick<GateResult, 'verdict' | 'sentence' | 'cause' | 'hint' | 'figures' | 'confidence' | 'pairCount'> &
  Pick<GateRun, 'baseline'>;

/** Runs the services and judges them. No process and no folder of it is left when it settles. */
export async function runGate(settings: GateSettings): Promise<GateRun> {
  const startMillis = performance.now();
  const trials: TrialRecord[] = [];
  const leftovers = new Set<string>();
  const groups = new ProcessGroups();
  const noiseFloor = new NoiseFloorWatch(groups);
  let arms: PreparedArms | undefined;
  let outcome: Outcome;
  let explanation: Explanation | null = null;
  try {
    expectRequests(settings.config);
    expectEnoughBlocks(settings, settings.config.maxBlockCount);
    arms = await prepareArms({ ...settings, groups });
    const { config, interrupted } = settings;
    const onLeftover = (problem: string) => void leftovers.add(problem);
    const surroundings = { groups, noiseFloor, config, interrupted, onLeftover };
    outcome = await measure(settings, arms, surroundings, trials);
    if (isExplained(settings.explain, outcome)) explanation = await explain(settings, arms, surroundings, trials);
  } catch (error) {
    outcome = failWith(error);
  }
  // What stays changes nothing about what was measured.
  for (const end of [() => noiseFloor.end(), () => arms?.end(), () => groups.close()]) {
    try {
      await end();
    } catch (error) {
      leftovers.add(`Something stays that should have been taken away: ${describeProblem(error)}.`);
    }
  }
  const { baseline, ...judged } = outcome;
  const result: GateResult = {
    version: RESULT_VERSION,
    mode: settings.mode,
    ...judged,
    referenceName: arms?.referenceName ?? null,
    trials,
    explanation,
    durationMillis: performance.now() - startMillis,
    notes: [...(arms?.notes ?? []), ...describeTrials(trials), ...leftovers],
    provenance: settings.provenance,
    config: redactConfig(settings.config),
  };
  return { result, baseline };
}

/** @throws {GateError} when a service can't be measured; `trials` then holds what was. */
async function measure(
  { config, mode, provenance, onProgress }: GateSettings,
  prepared: PreparedArms,
  surroundings: TrialSurroundings,
  trials: TrialRecord[],
): Promise<Outcome> {
  const startMillis = performance.now();
  const { candidate, reference, baseline, maxBlockCount } = prepared;
  const arms = reference === null ? [candidate] : [reference, candidate];
  expectEnoughBlocks({ config, mode }, maxBlockCount);
  for (const arm of arms) {
    onProgress(`rehearsing the ${arm.name}`);
    await rehearse(arm, surroundings);
  }
  const { series, ...judged } = await judgeBlocks({
    mode,
    rules: config.figures,
    baseline,
    startMillis,
    arms,
    takeTrial: (plan) => runTrial(plan, surroundings),
    readMillis: () => performance.now(),
    timeBudgetMillis: config.timeBudgetMillis,
    maxBlockCount,
    seed: provenance.seed,
    program: config.service.program,
    onTrial: (trial) => trials.push(trial),
    onProgress,
  });
  const { verdict, figures, confidence } = judged;
  const control = config.reference?.type === 'variant' ? config.reference.variant : null;
  const canSave = mode === 'save' && verdict === 'holds' && control !== null;
  return {
    ...judged,
    hint: mode === 'compare' && verdict !== 'regressed' ? describeUnjudged(figures, confidence) : null,
    baseline: canSave ? makeBaseline(control, config, series, provenance) : null,
  };
}

function isExplained(choice: ExplainChoice, { verdict }: Pick<Outcome, 'verdict'>): boolean {
  return choice === 'always' || (choice === 'when regressed' && verdict === 'regressed');
}

/** The verdict stands, whatever becomes of it. */
function explain(
  { provenance, onProgress }: GateSettings,
  { candidate, reference, baseline }: PreparedArms,
  surroundings: TrialSurroundings,
  trials: readonly TrialRecord[],
): Promise<Explanation> {
  const notes =
    baseline === null ? [] : ['The baseline holds no profile: functions are compared with its control, run again now.'];
  return explainRun({ candidate, reference, surroundings, trials, seed: provenance.seed, notes, onProgress });
}

/** @throws {GateError} where a window has room for none. */
function expectRequests({ load, trial: { measuredMillis } }: GateConfig): void {
  if (load.type !== 'http' || countRequests(load.requestsPerSecond, measuredMillis) > 0) return;
  throw new GateError(
    `load.requestsPerSecond is ${load.requestsPerSecond} and trial.measuredMillis ${measuredMillis}: ` +
      'expected at least one request in a trial, got none; raise one of the two',
  );
}

/** @throws {GateError} where all of the blocks would be too few. */
function expectEnoughBlocks({ config, mode }: Pick<GateSettings, 'config' | 'mode'>, blockCount: number): void {
  const limitCount = countLimits(config.figures);
  const neededCount = countFewestPairs(planFor(mode, blockCount, limitCount).finalConfidence);
  if (blockCount >= neededCount) return;
  const whose = blockCount < config.maxBlockCount ? 'the baseline holds' : 'maxBlockCount is';
  const limits = limitCount === 1 ? 'one margin or budget' : `${limitCount} margins and budgets`;
  throw new GateError(`${whose} ${blockCount}: expected at least ${neededCount} blocks to judge ${limits}`);
}

function failWith(error: unknown): Outcome {
  const sentence = `can't judge: ${describeProblem(error)}`;
  const nothing = { hint: null, figures: [], confidence: null, pairCount: 0, baseline: null };
  // Whatever was measured before: no quieter machine would have kept it from happening.
  return { verdict: 'cannot judge', sentence, cause: 'fault', ...nothing };
}

function describeTrials(trials: readonly TrialRecord[]): string[] {
  const invalidCount = trials.filter(({ faults }) => faults.length > 0).length;
  const isStarvationKnown = trials.every(({ loopDelay }) => loopDelay.runnableMillis !== null);
  return [
    ...(invalidCount > 0 ? [`${invalidCount} of ${trials.length} trials were left out.`] : []),
    ...(isStarvationKnown
      ? []
      : [
          'Whether the service lacked a core is not known: only Linux tells. A busy machine may pass for a blocked loop.',
        ]),
  ];
}
