import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULTS, type GateConfig } from '#gate/config/gate-config';
import { loadGateConfig } from '#gate/config/load-config';
import { LIVE_SIZE, listLiveSettings, listLiveSteps, QUICK_LIVE_SIZE } from './live-plan.js';
import { BATCH_ARM, BLOCKED_ARM, DEARER_ARM, gatePower, REPEAT_ARM } from './power-scenario.js';

const CONFIG = new URL('../../offloop.gate.json', import.meta.url);
const PORT = 40_123;

async function load(arm: typeof REPEAT_ARM, size = LIVE_SIZE): Promise<GateConfig> {
  const own = JSON.parse(readFileSync(CONFIG, 'utf8'));
  const settings = Object.entries(listLiveSettings(own, arm, size, PORT));
  return loadGateConfig({ configFile: CONFIG.pathname, settings });
}

describe('a live run', () => {
  it.each([REPEAT_ARM, BLOCKED_ARM, BATCH_ARM])('of $label is as the gate is by default', async (arm) => {
    const { trial, maxBlockCount, timeBudgetMillis, figures, validity } = DEFAULTS;
    expect(await load(arm)).toMatchObject({ trial, maxBlockCount, timeBudgetMillis, validity });
    expect((await load(arm)).figures).toEqual(figures);
  });

  it('judges the dearer encoder by CPU time', async () => {
    const rule = { absoluteMargin: null, relativeMargin: 0.01, budget: null };
    expect((await load(DEARER_ARM)).figures).toEqual({ mainThreadCpuMillisPerSecond: rule });
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

  it('has the load of the recorded trials, and goes where it listens', async () => {
    const { service, load: offered } = await load(REPEAT_ARM);
    if (offered.type !== 'http') throw new TypeError(`expected a load by HTTP, got ${offered.type}`);
    expect(offered).toMatchObject({ requestsPerSecond: gatePower.load.requestsPerSecond, method: 'POST' });
    expect(new URL(offered.url).port).toBe(`${PORT}`);
    expect(service.command).toContain(`--port ${PORT} `);
    const { promptCharacters, completionCharacters } = gatePower.load;
    expect(JSON.parse(offered.body ?? '')).toMatchObject({ promptCharacters, completionCharacters, language: 'vi' });
  });

  it('can be made quick', async () => {
    expect(await load(BLOCKED_ARM, QUICK_LIVE_SIZE)).toMatchObject(QUICK_LIVE_SIZE);
  });
});

describe('listLiveSteps', () => {
  it('has every candidate once a round', () => {
    const steps = listLiveSteps(2).map(({ arm, round }) => `${round} ${arm.label}`);
    expect(steps).toEqual(
      [0, 1].flatMap((round) =>
        [REPEAT_ARM, BLOCKED_ARM, BATCH_ARM, DEARER_ARM].map(({ label }) => `${round} ${label}`),
      ),
    );
  });
});
