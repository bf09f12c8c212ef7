import { OffloopConfigError } from '../../errors.js';
import { FIGURE_NAMES, type FigureName } from '../figures.js';
import {
  expectEnvironment,
  expectFields,
  expectHttpUrl,
  expectNumber,
  expectOneKey,
  expectText,
  expectTexts,
  type NumberRange,
} from './checks.js';
import {
  DEFAULTS,
  type FigureRule,
  type GateConfig,
  type LoadConfig,
  type ReadyCondition,
  type ReferenceConfig,
  type ServiceConfig,
  type ServiceVariant,
  type ValidityLimits,
} from './gate-config.js';

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
const HTTP_LOAD_KEYS = ['url', 'method', 'headers', 'body', 'requestsPerSecond', 'requestTimeoutMillis'];
const RULE_KEYS = ['absoluteMargin', 'relativeMargin', 'budget'] as const;

const TIMEOUT: NumberRange = { min: 100, max: 600_000 };
const AMOUNT: NumberRange = { min: 0, max: 1_000_000 };
/** A window holds whole seconds of the probe, and the first of them begins somewhere in it. */
const WINDOW: NumberRange = { min: 2_500, max: 600_000 };

const VALIDITY_RANGES: Readonly<Record<keyof ValidityLimits, NumberRange>> = {
  maxStarvedRatio: { min: 0, max: 1 },
  maxFailedRequestRatio: { min: 0, max: 1 },
  minAchievedRateRatio: { min: 0, max: 1 },
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
  const trial = { ...DEFAULTS.trial, ...parseTrial(fields['trial']) };
  return {
    service: parseService(fields['service']),
    load: parseLoad(fields['load']),
    reference,
    figures: parseFigures(fields['figures'], reference),
    trial,
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

function parseLoad(value: unknown): LoadConfig {
  const known = expectFields('load', value, [...HTTP_LOAD_KEYS, 'command']);
  if (expectOneKey('load', known, ['url', 'command']) === 'command') {
    const fields = expectFields('load', value, ['command']);
    return { type: 'command', command: expectText('load.command', fields['command']) };
  }
  const fields = expectFields('load', value, HTTP_LOAD_KEYS);
  return {
    type: 'http',
    url: expectHttpUrl('load.url', fields['url']),
    method: orDefault(fields['method'], DEFAULTS.method, parseMethod),
    headers: orDefault(fields['headers'], {}, (headers) => expectTexts('load.headers', headers)),
    body: orDefault(fields['body'], null, (body) => expectBody(body)),
    requestsPerSecond: expectNumber('load.requestsPerSecond', fields['requestsPerSecond'], { min: 0.1, max: 100_000 }),
    requestTimeoutMillis: orDefault(fields['requestTimeoutMillis'], DEFAULTS.requestTimeoutMillis, (millis) =>
      expectNumber('load.requestTimeoutMillis', millis, TIMEOUT),
    ),
  };
}

function expectBody(value: unknown): string {
  if (typeof value === 'string' && /\S/.test(value)) return value;
  // Never the value: it may hold a token.
  throw new OffloopConfigError('load.body', 'expected a text that is not empty, got something else');
}

function parseMethod(value: unknown): string {
  const method = expectText('load.method', value);
  if (/^[A-Z]+$/.test(method)) return method;
  throw new OffloopConfigError('load.method', `expected a method such as GET or POST, got '${method}'`);
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

function parseFigures(value: unknown, reference: ReferenceConfig | null): GateConfig['figures'] {
  if (value === undefined) {
    if (reference !== null) return DEFAULTS.figures;
    throw new OffloopConfigError(
      'reference',
      'expected ref, variant or baseline, or figures with a budget, got nothing',
    );
  }
  const fields = expectFields('figures', value, FIGURE_NAMES);
  const rules = FIGURE_NAMES.filter((figure) => fields[figure] !== undefined).map(
    (figure) => [figure, parseRule(figure, fields[figure], reference)] as const,
  );
  if (rules.length > 0) return Object.fromEntries(rules);
  throw new OffloopConfigError('figures', `expected one of ${FIGURE_NAMES.join(', ')}, got none`);
}

function parseRule(figure: FigureName, value: unknown, reference: ReferenceConfig | null): FigureRule {
  const key = `figures.${figure}`;
  const fields = expectFields(key, value, RULE_KEYS);
  const read = (name: (typeof RULE_KEYS)[number]) =>
    orDefault(fields[name], null, (amount) => expectNumber(`${key}.${name}`, amount, AMOUNT));
  const rule = {
    absoluteMargin: read('absoluteMargin'),
    relativeMargin: read('relativeMargin'),
    budget: read('budget'),
  };
  if (Object.values(rule).every((amount) => amount === null)) {
    throw new OffloopConfigError(key, `expected one of ${RULE_KEYS.join(', ')}, got none`);
  }
  if (reference === null && (rule.absoluteMargin !== null || rule.relativeMargin !== null || rule.budget === null)) {
    throw new OffloopConfigError(key, 'expected a budget and no margin where there is no reference, got a margin');
  }
  return rule;
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

function orDefault<Value, Default>(
  value: unknown,
  defaultValue: Default,
  parse: (value: unknown) => Value,
): Value | Default {
  return value === undefined ? defaultValue : parse(value);
}
