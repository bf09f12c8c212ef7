import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffloopConfigError } from '../../errors.js';
import { DEFAULTS } from './gate-config.js';
import { FULL, SMALLEST } from './gate-config.test.data.js';
import { parseGateConfig } from './parse-config.js';

const schema = JSON.parse(readFileSync(new URL('../offloop.gate.schema.json', import.meta.url), 'utf8')) as object;
const isOfSchema = new Ajv({ strictTypes: false, allowUnionTypes: true }).compile(schema);

const OTHERS = [
  { ...SMALLEST, reference: { baseline: 'baseline.json' }, load: { command: 'npx autocannon' } },
  { ...SMALLEST, reference: undefined, figures: { rawP99Millis: { budget: 60 } } },
  { ...SMALLEST, service: { command: 'x', ready: { line: 'listening' } }, reference: { ref: 'v1', prepare: 'npm ci' } },
  { ...SMALLEST, figures: { latencyP99Millis: { relativeMargin: 0.1 } } },
  { ...SMALLEST, load: { command: 'x' }, figures: { utilization: { budget: 0.5 } } },
  { ...SMALLEST, load: { ...SMALLEST.load, url: 'http://localhost:65535' } },
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

describe('docs/gate.md', () => {
  const page = readFileSync(new URL('../../../docs/gate.md', import.meta.url), 'utf8');

  it.each([
    { key: 'service.readyTimeoutMillis', value: DEFAULTS.readyTimeoutMillis },
    { key: 'load.requestTimeoutMillis', value: DEFAULTS.requestTimeoutMillis },
    ...Object.entries(DEFAULTS.validity).map(([name, value]) => ({ key: `validity.${name}`, value })),
  ])('has the default of $key, $value', ({ key, value }) => {
    expect(page).toMatch(new RegExp(`^\\| \`${key}\` \\| ${value.toLocaleString('en')}(:| \\|)`, 'm'));
  });

  it('says where the schema lies once the package is installed', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      files: string[];
      exports: Record<string, unknown>;
    };
    const [, file = ''] = /"\$schema": "\.\/node_modules\/offloop\/([^"]*)"/.exec(page) ?? [];
    expect(manifest.files).toContain(file);
    expect(manifest.exports['./offloop.gate.schema.json']).toBe(`./${file}`);
  });
});

describe('the published schema', () => {
  it.each([SMALLEST, FULL, ...OTHERS])('takes %j, and so does the gate', (config) => {
    const json: unknown = JSON.parse(JSON.stringify(config));
    expect(isOfSchema(json), JSON.stringify(isOfSchema.errors)).toBe(true);
    expect(isAccepted(json)).toBe(true);
  });

  it.each([
    { ...SMALLEST, load: { command: 'x' }, figures: { latencyP99Millis: { budget: 1 } } },
    { ...SMALLEST, load: { ...SMALLEST.load, headers: { 'x y': 'a' } } },
    { ...SMALLEST, load: { ...SMALLEST.load, headers: { x: 'two\nlines' } } },
    { ...SMALLEST, load: { ...SMALLEST.load, headers: { x: 'Łódź' } } },
    { ...SMALLEST, service: { ...SMALLEST.service, env: { 'A=B': 'a' } } },
    { ...SMALLEST, service: { ...SMALLEST.service, env: { A: 'null\0' } } },
    { ...SMALLEST, load: { ...SMALLEST.load, url: 'http://127.0.0.1:65536/' } },
    { ...SMALLEST, service: { command: 'x', ready: { url: 'http://127.0.0.1:70000/' } } },
  ])('refuses %j, and so does the gate', (config) => {
    expect(isOfSchema(config)).toBe(false);
    expect(isAccepted(config)).toBe(false);
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
        'http://x:59999/',
        'http://x:65536/',
        'http://x:99999',
        'two\nlines',
        'Łódź',
        'null\0',
        true,
        [],
        {},
        { url: 'http://x/' },
        { command: 'x' },
        { latencyP99Millis: { budget: 1 } },
      ),
      fc.constantFrom<unknown>(-1, 0, 0.05, 0.5, 1, 5.5, 6, 99, 100, 1e4, 65_536, 1e7, Number.MAX_VALUE),
    );
    const slipped = fc.tuple(
      base,
      fc.nat(),
      slip,
      fc.option(
        fc.constantFrom('env', 'port', 'budget', 'extra', 'ref', 'command', 'latencyP99Millis', 'x y', 'A=B', 'é', ''),
      ),
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
