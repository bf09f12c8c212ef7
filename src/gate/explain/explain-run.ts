import { describeProblem, GateError } from '../gate-error.js';
import { formatClock } from '../output/clock.js';
import type { Arm } from '../run/arm.js';
import { ProbeFolder } from '../run/probe-window.js';
import { measureTrial, type TrialSurroundings } from '../run/trial.js';
import type { TrialRecord } from '../run/trial-record.js';
import { median } from '../statistics/sample-statistics.js';
import { readCallSamples } from './call-samples.js';
import { compareFunctions, type ProfiledWindow } from './compare-functions.js';
import { explainBlocks } from './explain-blocks.js';
import type { Explanation, ProfilingCost } from './explanation.js';
import { fetchProfile } from './fetch-profile.js';
import { SAMPLING_INTERVAL_MILLIS, type TakenProfile, writeProfilerUrl } from './profile-record.js';

export interface ExplainSettings {
  readonly candidate: Arm;
  /** Null where there is none. */
  readonly reference: Arm | null;
  readonly surroundings: TrialSurroundings;
  /** Those that were judged. */
  readonly trials: readonly TrialRecord[];
  readonly seed: number;
  /** Sentences to begin the notes with. */
  readonly notes: readonly string[];
  readonly onProgress: (line: string) => void;
}

const BLOCK_COUNT = 5;
const FUNCTION_COUNT = 5;

interface ProfiledTrial extends ProfiledWindow {
  readonly profile: TakenProfile;
  readonly record: TrialRecord;
}

/** Runs both services once more, under the profiler. Never rejects: what can't be explained stays judged. */
export async function explainRun(settings: ExplainSettings): Promise<Explanation> {
  const { candidate, reference, onProgress } = settings;
  const { warmUpMillis, measuredMillis } = settings.surroundings.config.trial;
  const each = reference === null ? '' : ' each';
  const clock = formatClock(warmUpMillis + measuredMillis);
  onProgress(`explaining: one profiled trial${each}, ${clock} beside the budget`);
  try {
    const own = await profileArm(candidate, settings);
    onProgress('explaining: the candidate is profiled');
    const profiled = reference === null ? null : await profileReference(reference, settings);
    const [compared, note] = typeof profiled === 'string' ? [null, profiled] : [profiled, null];
    return {
      status: 'explained',
      samplingIntervalMillis: SAMPLING_INTERVAL_MILLIS,
      blocks: explainBlocks(own.samples, own.profile, own.window, BLOCK_COUNT),
      functions: compareFunctions(own, compared, FUNCTION_COUNT),
      isCompared: compared !== null,
      cost: readCost(own.record, settings.trials),
      notes: [...settings.notes, ...(note === null ? [] : [note])],
    };
  } catch (error) {
    return { status: 'unavailable', reason: describeProblem(error) };
  }
}

/** What it can't say is said in a note: the candidate's blocks stand without it. */
async function profileReference(arm: Arm, settings: ExplainSettings): Promise<ProfiledTrial | string> {
  try {
    const profiled = await profileArm(arm, settings);
    settings.onProgress('explaining: the reference is profiled');
    return profiled;
  } catch (error) {
    return `Compared with nothing: ${describeProblem(error)}.`;
  }
}

/** @throws {GateError} where it can't be profiled, or its trial would not count either. */
async function profileArm(arm: Arm, { surroundings, seed, trials }: ExplainSettings): Promise<ProfiledTrial> {
  const folder = new ProbeFolder([writeProfilerUrl]);
  // Under the profiler the busiest process might be another one, and in a trial that was left out it was perhaps.
  const script = trials.find((trial) => trial.arm === arm.name && trial.faults.length === 0)?.script ?? null;
  const { record, addition } = await measureTrial(
    { arm, block: trials.length, seed, script },
    surroundings,
    folder,
    async (process) => ({ profile: await fetchProfile(folder.path, process.pid), window: process }),
  );
  if (record.faults.length > 0) {
    throw new GateError(`the trial of the ${arm.name} would not count: ${record.faults.join('; ')}`);
  }
  return { ...addition, record, samples: readCallSamples(addition.profile, arm.rootFolder) };
}

function readCost({ figures }: TrialRecord, trials: readonly TrialRecord[]): ProfilingCost {
  const usual = trials
    .filter(({ arm, faults }) => arm === 'candidate' && faults.length === 0)
    .flatMap((trial) => trial.figures.mainThreadCpuMillisPerSecond ?? []);
  return {
    profiledMillisPerSecond: figures.mainThreadCpuMillisPerSecond,
    usualMillisPerSecond: usual.length === 0 ? null : median(usual),
  };
}
