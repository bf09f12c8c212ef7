import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { listProcesses } from '../../test/fixtures/list-processes.js';
import { DEARER_ARM, REFERENCE_ARM } from './power-arms.js';
import type { TrialBench } from './trial-bench.js';

const DIST = new URL('../../dist/experiments/gate/', import.meta.url);
const CONFIG = new URL('../../offloop.gate.json', import.meta.url);
const TIMEOUT_MILLIS = 60_000;

/** The gate starts processes of its own, which need JavaScript. */
async function openBench(): Promise<TrialBench> {
  const { TrialBench: Built } = (await import(new URL('trial-bench.js', DIST).href)) as {
    TrialBench: typeof TrialBench;
  };
  const bench = await Built.open({
    configFile: fileURLToPath(CONFIG),
    own: JSON.parse(readFileSync(CONFIG, 'utf8')),
    trial: { warmUpMillis: 300, measuredMillis: 2_500 },
    seed: 1,
  });
  onTestFinished(() => bench.end());
  return bench;
}

it(
  'measures an arm of each service as the gate does, and counts the spans that came',
  async () => {
    const bench = await openBench();
    for (const arm of [REFERENCE_ARM, DEARER_ARM]) {
      await bench.rehearse(arm);
      const trial = await bench.measure({ arm, block: 3 });
      expect(trial).toMatchObject({ label: arm.label, block: 3, script: expect.stringContaining('service/main.js') });
      expect(trial.figures.mainThreadCpuMillisPerSecond).toBeGreaterThan(0);
      expect(trial.load.succeededRequestCount).toBe(trial.load.dueRequestCount);
      expect(trial.expectedSpanCount).toBeGreaterThan(arm.service.spansPerRequest * arm.service.requestsPerSecond * 2);
      expect(trial.receivedSpanCount).toBeGreaterThanOrEqual(trial.expectedSpanCount);
      // Whole seconds of the probe's that lie in the 2.5 s; a second of its may be a few milliseconds short.
      expect(trial.windowMillis).toBeGreaterThan(900);
      expect(trial.durationMillis).toBeGreaterThan(trial.windowMillis);
    }
  },
  TIMEOUT_MILLIS,
);

it(
  'ends what it has under way when it is interrupted',
  async () => {
    // The folder of temporary files tells whose process one is.
    const folder = await mkdtemp(join(tmpdir(), 'offloop-trial-bench-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const bench = await openBench();
    const countServices = async () =>
      (await listProcesses(folder)).filter((command) => command.includes('service/main.js')).length;
    const measuring = bench.measure({ arm: REFERENCE_ARM, block: 0 });
    measuring.catch(() => {});
    await expect.poll(countServices, { timeout: TIMEOUT_MILLIS }).toBeGreaterThan(0);
    bench.interrupt();
    await expect(measuring).rejects.toThrow('interrupted');
    expect(await countServices()).toBe(0);
  },
  TIMEOUT_MILLIS,
);
