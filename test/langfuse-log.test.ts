import { afterEach, beforeEach, expect, it } from 'vitest';
import { LangfuseServer } from '../experiments/langfuse-server/langfuse-server.js';
import { runBuilt } from './fixtures/run-fixture.js';

const SECRET_KEY = 'sk-lf-hunter2';
const SPAN_TEXT = 'CANARY';

let server: LangfuseServer;

beforeEach(async () => {
  server = await LangfuseServer.listen();
});

afterEach(() => server.close());

async function runWithUnloadableMask(env: Record<string, string> = {}) {
  const args = [server.url, SECRET_KEY, SPAN_TEXT];
  const { exitCode, stdout, stderr } = await runBuilt('test/fixtures/langfuse-unloadable-mask.js', { args, env });
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ failedSpanCountByReason: { hooks_unavailable: 3 } });
  return stderr;
}

it("a mask that can't be loaded is told without a logger being set: at once, and what followed at the end", async () => {
  const stderr = await runWithUnloadableMask();
  expect(stderr.trim().split('\n')).toEqual(
    [1, 2].map((spanCount) =>
      expect.stringMatching(
        new RegExp(
          `\\[Langfuse SDK\\] \\[ERROR\\] offloop: ${spanCount} spans were not exported \\(hooks_unavailable\\): mask: .*notExported`,
        ),
      ),
    ),
  );
  const authorization = Buffer.from(`pk-lf-test:${SECRET_KEY}`).toString('base64');
  for (const secret of [SPAN_TEXT, SECRET_KEY, authorization]) expect(stderr).not.toContain(secret);
});

it("is silent where Langfuse's SDK was told to be", async () => {
  expect(await runWithUnloadableMask({ LANGFUSE_LOG_LEVEL: 'NONE' })).toBe('');
});
