import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const BUILT_MODULE = new URL('../../dist/experiments/service/injected-blocks.js', import.meta.url);
const LOOP_DELAY_MODULE = new URL('../../dist/src/loop-delay/index.js', import.meta.url);

it('blocks the loop for the length it was given, so often a second', async () => {
  const script = `
    const { injectBlocks } = await import(${JSON.stringify(BUILT_MODULE.href)});
    const { monitorLoopDelay } = await import(${JSON.stringify(LOOP_DELAY_MODULE.href)});
    const monitor = monitorLoopDelay();
    injectBlocks({ lengthMillis: 20, ratePerSecond: 10 });
    setTimeout(() => {
      const { arrivalWeighted, durationMillis } = monitor.stop();
      console.log(JSON.stringify({ blockCount: arrivalWeighted.countAbove(19), durationMillis }));
    }, 1_500);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const { blockCount, durationMillis } = JSON.parse(stdout);
  // A timer whose loop is late skips a beat; a machine that is late makes blocks of its own.
  expect(blockCount).toBeGreaterThanOrEqual(5);
  expect(blockCount).toBeLessThanOrEqual(durationMillis / 19);
});
