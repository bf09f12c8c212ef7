import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffloopConfigError } from '../../errors.js';
import { DEFAULTS } from './gate-config.js';
import { parseGateConfig } from './parse-config.js';

const schema = JSON.parse(readFileSync(new URL('../offloop.gate.schema.json', import.meta.url), 'utf8')) as object;
const isOfSchema = new Ajv({ strictTypes: false, allowUnionTypes: true }).compile(schema);

const SMALLEST = {
  service: { command: 'node server.js', ready: { port: 3000 } },
  load: { url: 'http://127.0.0.1:3000/', requestsPerSecond: 50 },
  reference: { ref: 'origin/main' },
};

const FULL = {
  $schema: 'anything',
  service: {
    command: 'npm start',
    env: { PORT: '3000', NODE_ENV: null },
    ready: { url: 'http://localhost:3000/health?deep=1' },
    readyTimeoutMillis: 5_000,
    program: 'server.js',
  },
  load: {
    url: 'https://[::1]:3000/chat',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    requestsPerSecond: 0.5,
    requestTimeoutMillis: 60_000,
  },
  reference: { variant: { env: { TRACING: 'off' }, command: 'npm run other' } },
  figures: {
    arrivalWeightedP99Millis: { absoluteMargin: 1, relativeMargin: 0.1, budget: 20 },
    utilization: { budget: 0.8 },
  },
  trial: { warmUpMillis: 0, measuredMillis: 2_500 },
  maxBlockCount: 6,
  timeBudgetMillis: 1_000,
  validity: {
    maxStarvedRatio: 1,
    maxFailedRequestRatio: 0,
    minAchievedRateRatio: 0.5,
    maxLatenessP99Millis: 0,
    maxStandstillMillis: 9,
  },
};

const OTHERS = [
  { ...SMALLEST, reference: { baseline: 'baseline.json' }, load: { command: 'npx autocannon' } },
  { ...SMALLEST, reference: undefined, figures: { rawP99Millis: { budget: 60 } } },
  { ...SMALLEST, service: { command: 'x', ready: { line: 'listening' } }, reference: { ref: 'v1', prepare: 'npm ci' } },
];

function isAccepted(config: unknown): boolean {
  try {
    parseGateConfig(config);
    return true;
  } catch (error) {
    if (error instanceof OffloopConfigError) return false;
    throw error;
  }
}

/** Every path of a config, the root left out. */
function listPaths(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...path, key], ...listPaths(item, [...path, key])]);
}

function change(value: unknown, [key = '', ...rest]: readonly string[], to: (value: unknown) => unknown): unknown {
  const fields = { ...(value as Record<string, unknown>) };
  const changed = rest.length === 0 ? to(fields[key]) : change(fields[key], rest, to);
  if (changed === undefined) delete fields[key];
  else fields[key] = changed;
  return fields;
}

describe('parseGateConfig', () => {
  it('fills in what was not said', () => {
    const { trial, maxBlockCount, timeBudgetMillis, figures, validity } = parseGateConfig(SMALLEST);
    expect({ trial, maxBlockCount, timeBudgetMillis, figures, validity }).toMatchObject({
      trial: DEFAULTS.trial,
      maxBlockCount: DEFAULTS.maxBlockCount,
      timeBudgetMillis: DEFAULTS.timeBudgetMillis,
      figures: DEFAULTS.figures,
      validity: DEFAULTS.validity,
    });
  });

  it('takes everything there is', () => {
    expect(parseGateConfig(FULL)).toMatchObject({ maxBlockCount: 6, load: { type: 'http', method: 'POST' } });
  });

  it.each([
    [{ ...SMALLEST, sevice: {} }, 'sevice: unknown option; expected one of $schema, service,'],
    [{ ...SMALLEST, service: undefined }, 'service: expected an object, got undefined'],
    [
      { ...SMALLEST, service: { command: '', ready: { port: 1 } } },
      "service.command: expected a text that is not empty, got ''",
    ],
    [
      { ...SMALLEST, service: { command: 'x', ready: {} } },
      'service.ready: expected exactly one of url, line, port, got none of them',
    ],
    [{ ...SMALLEST, service: { command: 'x', ready: { port: 1, line: 'x' } } }, 'got line and port'],
    [
      { ...SMALLEST, service: { ...SMALLEST.service, env: { PORT: 3000 } } },
      'service.env.PORT: expected a text, or null to take it out, got a number',
    ],
    [{ ...SMALLEST, load: { ...SMALLEST.load, url: 'localhost:3000' } }, 'load.url: expected a URL such as'],
    [{ ...SMALLEST, load: { command: 'x', requestsPerSecond: 5 } }, 'load.requestsPerSecond: unknown option'],
    [
      { ...SMALLEST, reference: undefined },
      'reference: expected ref, variant or baseline, or figures with a budget, got nothing',
    ],
    [
      { ...SMALLEST, reference: { ref: '--all' } },
      "reference.ref: expected a git ref such as origin/main, got '--all'",
    ],
    [{ ...SMALLEST, reference: { variant: {} } }, 'reference.variant: expected env, command or both'],
    [{ ...SMALLEST, figures: {} }, 'figures: expected one of arrivalWeightedP99Millis,'],
    [{ ...SMALLEST, figures: { p99: { budget: 1 } } }, 'figures.p99: unknown option'],
    [
      { ...SMALLEST, figures: { rawP99Millis: {} } },
      'figures.rawP99Millis: expected one of absoluteMargin, relativeMargin, budget, got none',
    ],
    [
      { ...SMALLEST, trial: { measuredMillis: 1_000 } },
      'trial.measuredMillis: expected a number from 2500 to 600000, got 1000',
    ],
    [{ ...SMALLEST, maxBlockCount: 8.5 }, 'maxBlockCount: expected a whole number from 6 to 1000, got 8.5'],
    [[], 'options: expected an object, got []'],
  ])('says of %j what is wrong', (config, message) => {
    expect(() => parseGateConfig(config)).toThrow(message);
  });
});

describe('the published schema', () => {
  it.each([SMALLEST, FULL, ...OTHERS])('takes %j, and so does the gate', (config) => {
    const json: unknown = JSON.parse(JSON.stringify(config));
    expect(isOfSchema(json), JSON.stringify(isOfSchema.errors)).toBe(true);
    expect(isAccepted(json)).toBe(true);
  });

  it('agrees with the gate on whatever a slip of the hand makes of a config', () => {
    const base = fc
      .constantFrom(SMALLEST, FULL, ...OTHERS)
      .map((config) => JSON.parse(JSON.stringify(config)) as unknown);
    const slip = fc.oneof(
      fc.constantFrom<unknown>(
        undefined,
        null,
        '',
        ' ',
        'text',
        '-x',
        'a b',
        'http://x/',
        true,
        [],
        {},
        { url: 'http://x/' },
      ),
      fc.constantFrom<unknown>(-1, 0, 0.05, 0.5, 1, 5.5, 6, 99, 100, 1e4, 65_536, 1e7, Number.MAX_VALUE),
    );
    const slipped = fc.tuple(
      base,
      fc.nat(),
      slip,
      fc.option(fc.constantFrom('env', 'port', 'budget', 'extra', 'ref', 'command')),
    );
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(slipped, ([config, choice, value, addedKey]) => {
        const paths = listPaths(config);
        const path = paths[choice % paths.length] ?? [];
        // Beside the key or in its place.
        const changed = change(config, addedKey === null ? path : [...path.slice(0, -1), addedKey], () => value);
        const json: unknown = JSON.parse(JSON.stringify(changed));
        seen.add(isAccepted(json));
        expect(isAccepted(json), `${JSON.stringify(json)}: ${JSON.stringify(isOfSchema.errors)}`).toBe(
          isOfSchema(json),
        );
      }),
      { numRuns: 3_000 },
    );
    expect(seen).toEqual(new Set([true, false]));
  });
});
