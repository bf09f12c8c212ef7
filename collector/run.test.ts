import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateConfigs } from './validate-configs.mjs';

const RUN = fileURLToPath(new URL('./run.mjs', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-collector-run-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** On a machine whose PATH holds one empty folder. */
function run(environment: Readonly<Record<string, string>>) {
  // An empty cache as well: a Collector that was built before would do.
  const env = { PATH: folder, OFFLOOP_COLLECTOR_CACHE: folder, ...environment };
  return spawnSync(process.execPath, [RUN], { env, encoding: 'utf8' });
}

describe('test:collector', () => {
  it('says how to get a Collector where there is none and no Go, and exits with 2', () => {
    const { status, stderr } = run({});
    expect(stderr).toMatch(/no Collector and no Go[\s\S]*OTELCOL_BIN[\s\S]*go\.dev/);
    expect(status).toBe(2);
  });

  it('exits with 1 where OTELCOL_BIN names none', () => {
    const { status, stderr } = run({ OTELCOL_BIN: join(folder, 'missing') });
    expect(stderr).toMatch(/OTELCOL_BIN: expected a Collector that can be run, got '.*missing'/);
    expect(status).toBe(1);
  });
});

describe('a configuration', () => {
  const pipeline = (exporter: string) =>
    JSON.stringify({
      receivers: { otlp: { protocols: { http: {} } } },
      exporters: { [exporter]: {} },
      service: { pipelines: { traces: { receivers: ['otlp'], exporters: [exporter] } } },
    });

  async function validate(text: string, leftOut: readonly string[] = []) {
    await writeFile(join(folder, 'one.yaml'), text);
    return validateConfigs(process.env['OTELCOL_BIN'], folder, leftOut);
  }

  it.each([
    ['that the Collector takes is valid', 'valid', `# otelcol --config one.yaml\n${pipeline('debug')}`, []],
    ['with a component of no name is invalid', 'invalid', `# otelcol --config one.yaml\n${pipeline('bebug')}`, []],
    [
      'whose component was not to be had is unknown',
      'unknown',
      `# otelcol --config one.yaml\n${pipeline('azure')}`,
      ['example.com/exporter/azureexporter@v1.0.0'],
    ],
    ['that does not say how it is run is invalid', 'invalid', pipeline('debug'), []],
  ])('%s', async (_title, expected, text, leftOut) => {
    expect((await validate(text, leftOut)).map(({ status }) => status)).toEqual([expected]);
  });
});
