import type { CellOutcome } from './cell-figures.js';
import type { DesignAxis } from './design/design-axis.js';
import { describeSaved, findAxis, micros, millis } from './effect-tables.js';
import {
  type ComparedOutcome,
  isOwnArm,
  type LevelEffect,
  listLevelEffects,
  listPeers,
  mean,
  type NamedEffect,
} from './effects.js';
import { LEAST_SHOWN_MILLIS, writeGains } from './gains.js';

/** Which cells of a run the tables are about, and what they mix. */
export function describeCounted(outcomes: readonly CellOutcome[]): string {
  const peers = listPeers(outcomes);
  const ownCount = outcomes.filter(({ levels }) => isOwnArm(levels.exporter)).length;
  const faultyCount = outcomes.length - ownCount - peers.length;
  const faulty = faultyCount === 0 ? '' : `, ${faultyCount} could not be compared`;
  const oneCoreCount = peers.filter(({ levels }) => levels.cores === '1').length;
  return (
    `${peers.length} of the run's ${outcomes.length} cells count: ${ownCount} are about other arms of this package and ` +
    `left out${faulty}. In ${oneCoreCount} of the ${peers.length} the service has one core, in the others all: tables ` +
    'that are not by cores mix both.'
  );
}

/** Where offloop saves and where it costs: the rows whose interval lies on one side of 0, and the other means below 0. */
export function describeGains(rows: readonly NamedEffect[]): string {
  return writeGains(rows, ({ saved }) => saved, {
    saving: '**Saves**, the interval above 0',
    costing: '**Costs**, the interval below 0',
    losing: "Costs on average, though it can't be told from 0",
  });
}

/** The arms beside which offloop loses, and of which of them that can be told; empty where there is none. */
export function describeBetterArms(axes: readonly DesignAxis[], peers: readonly ComparedOutcome[]): string {
  const better = listLevelEffects(findAxis(axes, 'exporter'), peers).filter(
    ({ saved }) => saved.meanMillis < -LEAST_SHOWN_MILLIS,
  );
  if (better.length === 0) return '';
  const list = better.map(
    ({ level, cellCount, arm, offloop, saved }) =>
      `\`${level}\` ${millis(arm.p99Millis)} ms against offloop's ${millis(offloop.p99Millis)} (saved ` +
      `${describeSaved(saved).join(', ')}; ${cellCount} cells; main-thread CPU ${micros(arm.cpuMicrosPerRequest)} µs a ` +
      `request against ${micros(offloop.cpuMicrosPerRequest)})`,
  );
  const told = better.filter(({ saved }) => (saved.interval?.high ?? 0) < 0).map(({ level }) => `\`${level}\``);
  return (
    `**Arms that add less to the wait than offloop in the same cells, on average:** ${list.join('; ')}. Told from 0, the ` +
    `interval below it: ${told.length === 0 ? 'none' : told.join(', ')}.`
  );
}

const [LANGFUSE, OWN_LANGFUSE] = ['langfuse', 'offloop-langfuse'] as const;

/** What the row of Langfuse's processor does not say of the one that takes its place; empty without both. */
export function describeLangfuseRow(axes: readonly DesignAxis[], compared: readonly ComparedOutcome[]): string {
  const effects = listLevelEffects(findAxis(axes, 'exporter'), compared);
  const find = (arm: string): LevelEffect | undefined => effects.find(({ level }) => level === arm);
  const [theirs, own] = [find(LANGFUSE), find(OWN_LANGFUSE)];
  if (theirs === undefined || own === undefined) return '';
  const added = (arm: string, capture: string) =>
    mean(
      compared
        .filter(({ levels }) => levels.exporter === arm && levels.capture === capture)
        .map((cell) => cell.arm.p99Millis),
    );
  const captures = findAxis(axes, 'capture').levels.map(({ name }) => name);
  // A level that one of them never met is no number, which is never above another.
  const worse = captures.filter((capture) => added(OWN_LANGFUSE, capture) > added(LANGFUSE, capture));
  return (
    `What \`${LANGFUSE}\` is compared with is the plain \`offloop\`, not \`LangfuseWorkerSpanProcessor\`: that is the arm ` +
    `\`${OWN_LANGFUSE}\`, which adds ${millis(own.arm.p99Millis)} ms where \`${LANGFUSE}\` adds ` +
    `${millis(theirs.arm.p99Millis)}, in other cells. By capture, of single cells that tell nothing alone, it adds more than \`${LANGFUSE}\` at ${worse.length} of ` +
    `${captures.length} levels${worse.length === 0 ? '' : ` (${worse.join(', ')})`}.`
  );
}
