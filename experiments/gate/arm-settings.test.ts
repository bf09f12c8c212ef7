import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULTS, type GateConfig } from '#gate/config/gate-config';
import { loadGateConfig } from '#gate/config/load-config';
import { DEFAULT_SIZE, listArmSettings } from './arm-settings.js';
import { QUICK_SIZE } from './live-plan.js';
import { BATCH_ARM, BLOCKED_ARM, DEARER_ARM, type PowerArm, REPEAT_ARM, SPANS_ARM } from './power-arms.js';

const CONFIG = new URL('../../offloop.gate.json', import.meta.url);
const PORT = 40_123;

async function load(arm: PowerArm, size = DEFAULT_SIZE): Promise<GateConfig> {
  const own = JSON.parse(readFileSync(CONFIG, 'utf8'));
  const settings = Object.entries(listArmSettings(own, arm, size, PORT));
  return loadGateConfig({ configFile: CONFIG.pathname, settings });
}

describe('an arm of the power study', () => {
  it.each([REPEAT_ARM, BLOCKED_ARM, BATCH_ARM])('$label is judged as the gate judges by default', async (arm) => {
    const { trial, maxBlockCount, timeBudgetMillis, figures, validity } = DEFAULTS;
    expect(await load(arm)).toMatchObject({ trial, maxBlockCount, timeBudgetMillis, validity });
    expect((await load(arm)).figures).toEqual(figures);
  });

  it('is judged by CPU time where it is the dearer encoder, in the service of spans', async () => {
    const { figures, service, reference, load: offered } = await load(DEARER_ARM);
    const rule = { absoluteMargin: null, relativeMargin: 0.05, budget: null };
    expect(figures).toEqual({ mainThreadCpuMillisPerSecond: rule });
    expect(service.command).toMatch(/ --application spans$/);
    expect(service.env).toEqual({ ARM: 'offloop-dearer' });
    expect(reference).toEqual({ type: 'variant', variant: { command: service.command, env: { ARM: 'offloop' } } });
    expect(offered).toMatchObject({ requestsPerSecond: SPANS_ARM.service.requestsPerSecond });
  });

  it('differs from its reference in the arm and in what is injected only', async () => {
    const blocked = await load(BLOCKED_ARM);
    const repeat = await load(REPEAT_ARM);
    expect(blocked.reference).toEqual(repeat.reference);
    expect(repeat.reference).toEqual({
      type: 'variant',
      variant: { command: repeat.service.command, env: { ARM: 'offloop' } },
    });
    expect(blocked.service.command).toBe(
      `${repeat.service.command} --inject-length-millis 20 --inject-rate-per-second 1`,
    );
    expect((await load(BATCH_ARM)).service).toEqual({ ...repeat.service, env: { ARM: 'batch-otlp-protobuf' } });
    expect(repeat.service).toMatchObject({ env: { ARM: 'offloop' }, ready: { type: 'line' } });
  });

  it('has the load of its service, which goes where that listens', async () => {
    const { service, load: offered } = await load(REPEAT_ARM);
    if (offered.type !== 'http') throw new TypeError(`expected a load by HTTP, got ${offered.type}`);
    const { requestsPerSecond, body } = REPEAT_ARM.service;
    expect(offered).toMatchObject({ requestsPerSecond, method: 'POST' });
    expect(new URL(offered.url).port).toBe(`${PORT}`);
    expect(service.command).toContain(`--port ${PORT} `);
    expect(JSON.parse(offered.body ?? '')).toMatchObject({ ...body, language: 'vi' });
  });

  it('can be measured for a shorter time', async () => {
    expect(await load(BLOCKED_ARM, QUICK_SIZE)).toMatchObject(QUICK_SIZE);
  });
});
