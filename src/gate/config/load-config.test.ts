import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GateArguments, parseGateArguments } from '../gate-arguments.js';
import { loadGateConfig } from './load-config.js';

const FILE = {
  service: { command: 'node server.js', env: { TOKEN: 'hush' }, ready: { line: 'listening' } },
  load: { url: 'http://127.0.0.1:3000/', method: 'POST', body: '{}', headers: { a: 'b' }, requestsPerSecond: 50 },
  reference: { variant: { env: { TRACING: 'off' } } },
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-load-config-'));
  return () => rm(folder, { recursive: true, force: true });
});

async function load(args: readonly string[], changes: object = {}) {
  const configFile = join(folder, 'offloop.gate.json');
  await writeFile(configFile, JSON.stringify({ ...FILE, ...changes }));
  const { settings } = parseGateArguments(args) as GateArguments;
  return loadGateConfig({ configFile, settings });
}

const REF = { reference: { ref: 'main', prepare: 'npm ci' } };
const COMMAND = { load: { command: 'autocannon' } };

describe('loadGateConfig', () => {
  it.each([
    [['--ref', 'main'], {}, { reference: { type: 'ref', ref: 'main', prepare: null } }],
    [['--set', 'reference.ref=main'], {}, { reference: { type: 'ref', ref: 'main', prepare: null } }],
    [['--ref', 'v1'], REF, { reference: { type: 'ref', ref: 'v1', prepare: 'npm ci' } }],
    [['--baseline', 'b.json'], {}, { reference: { type: 'baseline', file: 'b.json' } }],
    [['--baseline', 'b.json'], REF, { reference: { type: 'baseline', file: 'b.json' } }],
    [
      ['--set', 'reference.variant.command=other'],
      REF,
      { reference: { type: 'variant', variant: { command: 'other' } } },
    ],
    [
      ['--set', 'reference.variant.command=other'],
      {},
      { reference: { type: 'variant', variant: { command: 'other', env: { TRACING: 'off' } } } },
    ],
    [['--load-command', 'wrk'], {}, { load: { type: 'command', command: 'wrk' } }],
    [['--load-url', 'http://x/', '--rate', '5'], COMMAND, { load: { type: 'http', url: 'http://x/', method: 'GET' } }],
    [['--load-url', 'http://x/'], {}, { load: { type: 'http', url: 'http://x/', method: 'POST', body: '{}' } }],
    [['--ready-port', '80'], {}, { service: { ready: { type: 'port', port: 80 } } }],
    [['--set', 'service.ready.url=http://x/'], {}, { service: { ready: { type: 'url', url: 'http://x/' } } }],
  ])('lets %j take out what the file says instead', async (args, changes, expected) => {
    expect(await load(args, changes)).toMatchObject({ service: { env: { TOKEN: 'hush' } }, ...expected });
  });

  it.each([
    [['--ref', 'main', '--baseline', 'b.json'], {}, 'reference: expected exactly one of .*, got ref and baseline'],
    [['--ref', 'main', '--set', 'reference.variant.command=x'], {}, 'got ref and variant'],
    [['--load-url', 'http://x/', '--load-command', 'x'], {}, 'load: expected exactly one of .*, got url and command'],
    [['--load-command', 'x', '--rate', '5'], {}, 'load.requestsPerSecond: unknown option'],
    [
      ['--ready-url', 'http://x/', '--ready-line', 'x'],
      {},
      'service.ready: expected exactly one of .*, got url and line',
    ],
    // Without what they belong to they decide nothing.
    [['--prepare', 'npm ci'], {}, 'reference.prepare: unknown option'],
    [['--rate', '5'], COMMAND, 'load.requestsPerSecond: unknown option'],
  ])('refuses %j, as a file that says both', async (args, changes, message) => {
    await expect(load(args, changes)).rejects.toThrow(new RegExp(message));
  });

  it('needs no file where flags say it all', async () => {
    const args = [
      '--start',
      'x',
      '--ready-port',
      '1',
      '--load-url',
      'http://x/',
      '--rate',
      '5',
      '--budget-millis',
      '9',
    ];
    const { settings } = parseGateArguments([...args, '--ref', 'main']) as GateArguments;
    const { figures } = await loadGateConfig({ configFile: null, settings });
    expect(figures).toEqual({ arrivalWeightedP99Millis: { absoluteMargin: 2, relativeMargin: 0.2, budget: 9 } });
  });
});
