import { DEFAULTS } from '#gate/config/gate-config';
import type { FigureName } from '#gate/figures';
import { formatCount } from '../report/format-figure.js';
import type { ScenarioArm } from '../runner/scenario.js';
import { gatePower, isDefaultTrial, REFERENCE_ARM } from './power-scenario.js';
import { CANDIDATES, chooseGate, GATES } from './power-study.js';

/** How much a live run of the gate measures at the most. */
export interface LiveSize {
  readonly trial: { readonly warmUpMillis: number; readonly measuredMillis: number };
  readonly maxBlockCount: number;
  readonly timeBudgetMillis: number;
}

/** As the gate runs where nobody says otherwise. */
export const LIVE_SIZE: LiveSize = {
  trial: DEFAULTS.trial,
  maxBlockCount: DEFAULTS.maxBlockCount,
  timeBudgetMillis: DEFAULTS.timeBudgetMillis,
};

export function isDefaultSize({ trial, maxBlockCount, timeBudgetMillis }: LiveSize): boolean {
  return (
    isDefaultTrial(trial) &&
    maxBlockCount === LIVE_SIZE.maxBlockCount &&
    timeBudgetMillis === LIVE_SIZE.timeBudgetMillis
  );
}

export function describeLiveSize({ trial, maxBlockCount, timeBudgetMillis }: LiveSize): string {
  return (
    `trials of ${formatCount(trial.warmUpMillis)} ms and ${formatCount(trial.measuredMillis)} ms, ` +
    `at most ${maxBlockCount} blocks and ${timeBudgetMillis / 1_000} s`
  );
}

/** A block or two: that a run comes to its end is all that can be told. */
export const QUICK_LIVE_SIZE: LiveSize = {
  trial: { warmUpMillis: 200, measuredMillis: 2_500 },
  maxBlockCount: 6,
  timeBudgetMillis: 1_000,
};

/** Of `offloop.gate.json` of this repository what a live run takes over. */
export interface OwnGate {
  readonly service: { readonly command: string };
  readonly load: { readonly url: string; readonly body: string };
}

/** A run that is to be made. */
export interface LiveStep {
  readonly arm: ScenarioArm;
  /** From 0; each has every candidate once. */
  readonly round: number;
}

export function listLiveSteps(roundCount: number): LiveStep[] {
  return Array.from({ length: roundCount }, (_, round) => CANDIDATES.map((arm) => ({ arm, round }))).flat();
}

/**
 * What is set over `offloop.gate.json`: the service with an arm of the power scenario, against the one that is as it
 * should be, under the scenario's load, judged by the gate's own defaults. The built-in load sends one and the same
 * body, where the recorded trials take every language in turn.
 *
 * @param port a free one, for the service.
 */
export function listLiveSettings(own: OwnGate, arm: ScenarioArm, size: LiveSize, port: number) {
  const { requestsPerSecond, promptCharacters, completionCharacters } = gatePower.load;
  const ownPort = new URL(own.load.url).port;
  const command = own.service.command.replaceAll(ownPort, `${port}`);
  return {
    'service.command': `${command}${describeInjection(arm)}`,
    'service.env.ARM': arm.armName,
    'load.url': own.load.url.replaceAll(ownPort, `${port}`),
    'load.body': JSON.stringify({ ...JSON.parse(own.load.body), promptCharacters, completionCharacters }),
    'load.requestsPerSecond': requestsPerSecond,
    reference: { variant: { command, env: { ARM: REFERENCE_ARM.armName } } },
    figures: listRules(arm),
    validity: DEFAULTS.validity,
    ...size,
  };
}

/** The figure by which a candidate is judged. */
export function chooseFigure(arm: ScenarioArm): FigureName {
  const [figure] = Object.keys(GATES[chooseGate(arm)]) as FigureName[];
  if (figure === undefined) throw new RangeError(`unreachable: a gate judges a figure (${arm.label})`);
  return figure;
}

function describeInjection({ injectedBlocks }: ScenarioArm): string {
  if (injectedBlocks === null) return '';
  const { lengthMillis, ratePerSecond } = injectedBlocks;
  return ` --inject-length-millis ${lengthMillis} --inject-rate-per-second ${ratePerSecond}`;
}

/** As a config has them: what is not asked for is left out. */
function listRules(arm: ScenarioArm) {
  return Object.fromEntries(
    Object.entries(GATES[chooseGate(arm)]).map(([figure, rule]) => [
      figure,
      Object.fromEntries(Object.entries(rule).filter(([, amount]) => amount !== null)),
    ]),
  );
}
