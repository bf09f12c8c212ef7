import { describe, expect, it } from 'vitest';
import { DEFAULTS } from './gate-config.js';
import { FULL, SMALLEST } from './gate-config.test.data.js';
import { parseGateConfig } from './parse-config.js';

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

  it.each([
    [{ arrivalWeightedP99Millis: { budget: 50 } }, { budget: 50 }],
    [{ utilization: { budget: 0.5 } }, { budget: null }],
  ])(
    'judges the arrival-weighted p99 by the default margins beside %j: no reference is run for nothing',
    (figures, rule) => {
      const judged = parseGateConfig({ ...SMALLEST, figures }).figures;
      expect(judged.arrivalWeightedP99Millis).toEqual({ absoluteMargin: 2, relativeMargin: 0.2, ...rule });
      expect(Object.keys(judged).toSorted()).toEqual(
        [...new Set([...Object.keys(figures), 'arrivalWeightedP99Millis'])].toSorted(),
      );
      const { arrivalWeightedP99Millis } = parseGateConfig({ ...SMALLEST, reference: undefined, figures }).figures;
      expect(arrivalWeightedP99Millis?.absoluteMargin ?? null).toBeNull();
    },
  );

  it('adds no margin where there is one', () => {
    const figures = { arrivalWeightedP99Millis: { budget: 50 }, utilization: { relativeMargin: 0.1 } };
    const budget = { absoluteMargin: null, relativeMargin: null, budget: 50 };
    expect(parseGateConfig({ ...SMALLEST, figures }).figures.arrivalWeightedP99Millis).toEqual(budget);
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
    [
      { ...SMALLEST, load: { command: 'x' }, figures: { latencyP99Millis: { absoluteMargin: 1 } } },
      'figures.latencyP99Millis: expected a load by load.url, got load.command',
    ],
    [
      { ...SMALLEST, load: { ...SMALLEST.load, headers: { 'x y': '1' } } },
      'load.headers.x…: expected a name that HTTP can send',
    ],
    [
      { ...SMALLEST, load: { ...SMALLEST.load, headers: { 'x-name': 'Zoë\n' } } },
      'load.headers.x-name: expected a text of one line in Latin-1, got a text with other characters',
    ],
    [
      { ...SMALLEST, load: { ...SMALLEST.load, headers: { 'x-name': 'Łódź' } } },
      'load.headers.x-name: expected a text of one line in Latin-1',
    ],
    [
      { ...SMALLEST, service: { ...SMALLEST.service, env: { 'A=B': '1' } } },
      "service.env.A…: expected a name without '='",
    ],
    [
      { ...SMALLEST, service: { ...SMALLEST.service, env: { A: '\0' } } },
      'service.env.A: expected a text, or null to take it out, got a text with a null character',
    ],
    [[], 'options: expected an object, got a list'],
  ])('says of %j what is wrong', (config, message) => {
    expect(() => parseGateConfig(config)).toThrow(message);
  });
});
