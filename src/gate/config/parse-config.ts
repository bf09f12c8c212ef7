import { OffloopConfigError } from '../../errors.js';
import {
  expectFields,
  expectHttpUrl,
  expectNumber,
  expectOneKey,
  expectText,
  type NumberRange,
  orDefault,
} from './checks.js';
import {
  DEFAULTS,
  type GateConfig,
  type ReadyCondition,
  type ReferenceConfig,
  type ServiceConfig,
  type ServiceVariant,
  type ValidityLimits,
} from './gate-config.js';
import { parseFigures } from './parse-figures.js';
import { parseLoad } from './parse-load.js';
import { AMOUNT, RATIO, TIMEOUT, WINDOW } from './ranges.js';
import { expectEnvironment } from './secret-maps.js';

const ROOT_KEYS = [
  '$schema',
  'service',
  'load',
  'reference',
  'figures',
  'trial',
  'maxBlockCount',
  'timeBudgetMillis',
  'validity',
];

const VALIDITY_RANGES: Readonly<Record<keyof ValidityLimits, NumberRange>> = {
  maxStarvedRatio: RATIO,
  maxFailedRequestRatio: RATIO,
  minAchievedRateRatio: RATIO,
  maxLatenessP99Millis: AMOUNT,
  maxStandstillMillis: AMOUNT,
};

/**
 * Checks what a user wrote and fills in the defaults.
 *
 * @throws {OffloopConfigError} naming the key, what was expected and what came; for unknown keys too.
 */
export function parseGateConfig(value: unknown): GateConfig {
  const fields = expectFields('options', value, ROOT_KEYS);
  const reference = fields['reference'] === undefined ? null : parseReference(fields['reference']);
  const service = parseService(fields['service']);
  const load = parseLoad(fields['load']);
  return {
    service,
    load,
    reference,
    figures: parseFigures(fields['figures'], { reference, load }),
    trial: { ...DEFAULTS.trial, ...parseTrial(fields['trial']) },
    maxBlockCount: orDefault(fields['maxBlockCount'], DEFAULTS.maxBlockCount, (count) =>
      expectNumber('maxBlockCount', count, { min: 6, max: 1_000, isWhole: true }),
    ),
    timeBudgetMillis: orDefault(fields['timeBudgetMillis'], DEFAULTS.timeBudgetMillis, (millis) =>
      expectNumber('timeBudgetMillis', millis, { min: 1_000, max: 86_400_000 }),
    ),
    validity: parseValidity(fields['validity']),
  };
}

function parseService(value: unknown): ServiceConfig {
  const fields = expectFields('service', value, ['command', 'env', 'ready', 'readyTimeoutMillis', 'program']);
  return {
    command: expectText('service.command', fields['command']),
    env: orDefault(fields['env'], {}, (env) => expectEnvironment('service.env', env)),
    ready: parseReady(fields['ready']),
    readyTimeoutMillis: orDefault(fields['readyTimeoutMillis'], DEFAULTS.readyTimeoutMillis, (millis) =>
      expectNumber('service.readyTimeoutMillis', millis, TIMEOUT),
    ),
    program: orDefault(fields['program'], null, (program) => expectText('service.program', program)),
  };
}

function parseReady(value: unknown): ReadyCondition {
  const key = 'service.ready';
  const fields = expectFields(key, value, ['url', 'line', 'port']);
  switch (expectOneKey(key, fields, ['url', 'line', 'port'])) {
    case 'url':
      return { type: 'url', url: expectHttpUrl(`${key}.url`, fields['url']) };
    case 'line':
      return { type: 'line', line: expectText(`${key}.line`, fields['line']) };
    default: {
      const port = expectNumber(`${key}.port`, fields['port'], { min: 1, max: 65_535, isWhole: true });
      return { type: 'port', port };
    }
  }
}

function parseReference(value: unknown): ReferenceConfig {
  const fields = expectFields('reference', value, ['ref', 'prepare', 'variant', 'baseline']);
  switch (expectOneKey('reference', fields, ['ref', 'variant', 'baseline'])) {
    case 'ref': {
      const prepare = orDefault(fields['prepare'], null, (command) => expectText('reference.prepare', command));
      return { type: 'ref', ref: parseRef(fields['ref']), prepare };
    }
    case 'variant':
      expectFields('reference', value, ['variant']);
      return { type: 'variant', variant: parseVariant('reference.variant', fields['variant']) };
    default:
      expectFields('reference', value, ['baseline']);
      return { type: 'baseline', file: expectText('reference.baseline', fields['baseline']) };
  }
}

/** Git would take what begins with a hyphen for an option. */
function parseRef(value: unknown): string {
  const ref = expectText('reference.ref', value);
  if (/^[^\s-]\S*$/.test(ref)) return ref;
  throw new OffloopConfigError('reference.ref', `expected a git ref such as origin/main, got '${ref}'`);
}

/** Also what a baseline's file says of its control. */
export function parseVariant(key: string, value: unknown): ServiceVariant {
  const fields = expectFields(key, value, ['env', 'command']);
  if (fields['env'] === undefined && fields['command'] === undefined) {
    throw new OffloopConfigError(key, 'expected env, command or both, got neither: it would be the service itself');
  }
  return {
    env: orDefault(fields['env'], {}, (env) => expectEnvironment(`${key}.env`, env)),
    command: orDefault(fields['command'], null, (command) => expectText(`${key}.command`, command)),
  };
}

function parseTrial(value: unknown) {
  if (value === undefined) return {};
  const { warmUpMillis, measuredMillis } = expectFields('trial', value, ['warmUpMillis', 'measuredMillis']);
  return {
    ...(warmUpMillis !== undefined && {
      warmUpMillis: expectNumber('trial.warmUpMillis', warmUpMillis, { min: 0, max: 600_000 }),
    }),
    ...(measuredMillis !== undefined && {
      measuredMillis: expectNumber('trial.measuredMillis', measuredMillis, WINDOW),
    }),
  };
}

function parseValidity(value: unknown): ValidityLimits {
  if (value === undefined) return DEFAULTS.validity;
  const names = Object.keys(VALIDITY_RANGES) as (keyof ValidityLimits)[];
  const fields = expectFields('validity', value, names);
  const limits = names
    .filter((name) => fields[name] !== undefined)
    .map((name) => [name, expectNumber(`validity.${name}`, fields[name], VALIDITY_RANGES[name])]);
  return { ...DEFAULTS.validity, ...Object.fromEntries(limits) };
}
