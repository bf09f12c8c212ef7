import { type Baseline, countRatios, readBaseline } from '../baseline.js';
import {
  type FigureRule,
  type GateConfig,
  hasMargin,
  type ServiceConfig,
  type ServiceVariant,
} from '../config/gate-config.js';
import type { FigureName } from '../figures.js';
import { GateError } from '../gate-error.js';
import type { GateMode } from '../gate-result.js';
import { compareMachines, type Provenance } from '../provenance.js';
import type { Arm, ArmName } from './arm.js';
import { isolateEnvironment } from './arm-environment.js';
import { GitWorktree } from './git-worktree.js';
import type { ProcessGroups } from './process-groups.js';

/** What is run, ready to be started. */
export interface PreparedArms {
  readonly candidate: Arm;
  /** Null where there are budgets only. */
  readonly reference: Arm | null;
  readonly referenceName: string | null;
  /** Null unless the candidate is held against one. */
  readonly baseline: Baseline | null;
  /** More blocks than these could not be judged. */
  readonly maxBlockCount: number;
  readonly notes: readonly string[];
  end(): Promise<void>;
}

export interface PrepareSettings {
  readonly config: GateConfig;
  readonly mode: GateMode;
  readonly provenance: Provenance;
  readonly groups: ProcessGroups;
  readonly interrupted: Promise<never>;
  readonly onProgress: (line: string) => void;
}

/** @throws {GateError} where the reference can't be had. */
export async function prepareArms(settings: PrepareSettings): Promise<PreparedArms> {
  const { config, mode } = settings;
  const { service, reference, maxBlockCount } = config;
  const candidate = makeArm('candidate', service, service);
  const plain: PreparedArms = {
    candidate,
    reference: null,
    referenceName: null,
    baseline: null,
    maxBlockCount,
    notes: [],
    end: async () => {},
  };
  if (mode === 'self-check') {
    return { ...plain, reference: { ...candidate, name: 'reference' }, referenceName: 'the same once more' };
  }
  if (mode === 'save' && reference?.type !== 'variant') {
    throw new GateError('--save stores ratios to a control: expected reference.variant in the config');
  }
  switch (reference?.type) {
    case undefined:
      return plain;
    case 'variant':
      return { ...plain, reference: vary(service, reference.variant), referenceName: nameVariant(reference.variant) };
    case 'ref': {
      const worktree = await layOut(reference.ref, reference.prepare, settings);
      return {
        ...plain,
        candidate: { ...candidate, rootFolder: worktree.checkoutFolder },
        reference: {
          name: 'reference',
          command: service.command,
          env: { ...worktree.environment, ...service.env },
          workingDirectory: worktree.workingDirectory,
          rootFolder: worktree.folder,
        },
        referenceName: nameCommit(reference.ref, worktree.commit),
        notes: describeSharedPaths([service.command, reference.prepare ?? ''], worktree.checkoutFolder),
        end: () => worktree.remove(),
      };
    }
    case 'baseline': {
      const baseline = await readBaseline(reference.file, config);
      const figures = listRelative(config);
      const unknown = figures.filter((figure) => baseline.figures[figure] === undefined);
      if (unknown.length > 0) {
        throw new GateError(
          `reference.baseline: ${reference.file} has no ${unknown.join(', ')}; ` +
            'make it anew with: offloop gate --save FILE, or leave it out of figures',
        );
      }
      return {
        ...plain,
        reference: vary(service, baseline.control),
        referenceName: `${reference.file} (${baseline.provenance.startedAt.slice(0, 10)})`,
        baseline,
        maxBlockCount: Math.min(maxBlockCount, countRatios(baseline, figures)),
        notes: describeBaseline(baseline, settings.provenance),
      };
    }
    default: {
      const unknown: never = reference as never;
      throw new TypeError(`expected a reference, got ${JSON.stringify(unknown)}`);
    }
  }
}

/** The figures that are held against the reference, and not against a budget alone. */
function listRelative({ figures }: GateConfig): FigureName[] {
  const rules = Object.entries(figures) as [FigureName, FigureRule][];
  return rules.flatMap(([name, rule]) => (hasMargin(rule) ? name : []));
}

function vary(service: ServiceConfig, { env, command }: ServiceVariant | Baseline['control']): Arm {
  return makeArm('reference', service, { command: command ?? service.command, env });
}

/** In the folder in which the gate was started. */
function makeArm(name: ArmName, service: ServiceConfig, { command, env }: Pick<ServiceConfig, 'command' | 'env'>): Arm {
  const folder = process.cwd();
  const own = isolateEnvironment({ workingDirectory: folder, rootFolder: folder, replacedFolder: null });
  return { name, command, env: { ...own, ...service.env, ...env }, workingDirectory: folder, rootFolder: folder };
}

/** What varies, without the values: they may be tokens. */
function nameVariant({ env, command }: ServiceVariant): string {
  const changes = [
    ...Object.entries(env).map(([name, value]) => (value === null ? `without ${name}` : `with another ${name}`)),
    ...(command === null ? [] : ['with another command']),
  ];
  return `the variant (${changes.length === 0 ? 'in which nothing varies' : changes.join(', ')})`;
}

const SHORT_HASH_LENGTH = 7;

/** The ref and its commit; once where it is the commit's own hash. */
function nameCommit(ref: string, commit: string): string {
  const hash = commit.slice(0, SHORT_HASH_LENGTH);
  return ref.length >= SHORT_HASH_LENGTH && commit.startsWith(ref.toLowerCase()) ? hash : `${ref} (${hash})`;
}

function describeSharedPaths(commands: readonly string[], checkoutFolder: string): string[] {
  const isShared = commands.some((command) =>
    [checkoutFolder, process.cwd()].some((folder) => command.includes(folder)),
  );
  if (!isShared) return [];
  return [`A command names the checkout ${checkoutFolder}: the reference runs what is there, and not its own.`];
}

async function layOut(
  ref: string,
  prepare: string | null,
  { groups, interrupted, onProgress }: PrepareSettings,
): Promise<GitWorktree> {
  const worktree = await GitWorktree.add(ref);
  try {
    if (prepare !== null) {
      onProgress(`preparing ${nameCommit(ref, worktree.commit)}: ${prepare}`);
      await worktree.prepare(prepare, groups, interrupted);
    }
    return worktree;
  } catch (error) {
    await worktree.remove().catch(() => {});
    throw error;
  }
}

function describeBaseline({ provenance }: Baseline, here: Provenance): string[] {
  const differences = compareMachines(provenance, here);
  const how =
    'What is compared is how the service stands to its control: the control was run again now, and the reference is ' +
    'what the service would measure if it stood to it as it did then.';
  if (differences.length === 0) return [how];
  return [`The baseline is from another machine (${differences.join('; ')}) and used only for ratios. ${how}`];
}
