import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffloopConfigError } from '../../errors.js';
import { parseGateArguments } from '../gate-arguments.js';
import { parseGateConfig } from './parse-config.js';
import { redactArguments, redactConfig } from './secrets.js';

describe('redactArguments', () => {
  it.each([
    'load.headers.authorization=Bearer hush',
    'load.headers={"x":"hush"}',
    'load.body=hush',
    'load={"headers":{"x":"hush"}}',
    'service.env.TOKEN=hush=hush',
    'reference.variant.env.TOKEN=hush',
    // Slips of the hand.
    'sevice.env.TOKEN=hush',
    'TOKEN=hush',
    'load.header.x=hush',
  ])('hides the value of %s', (setting) => {
    const [path = ''] = setting.split('=');
    expect(redactArguments(['--set', setting, `--set=${setting}`])).toEqual([
      '--set',
      `${path}=[redacted]`,
      `--set=${path}=[redacted]`,
    ]);
  });

  it.each([
    ['http://me:hush@127.0.0.1:1/?a=b', 'http://…@127.0.0.1:1/?a=b'],
    ['http://hush@127.0.0.1/', 'http://…@127.0.0.1/'],
    ['http://me:hu/hush@hush@x/', 'http://…@x/'],
    ['me:hush@127.0.0.1/', '…@127.0.0.1/'],
  ])('hides the user info of %s', (url, shown) => {
    const write = (value: string) => [
      ...['--load-url', '--ready-url'].flatMap((flag) => [flag, value, `${flag}=${value}`]),
      ...['load.url', 'service.ready.url'].flatMap((path) => ['--set', `${path}=${value}`, `--set=${path}=${value}`]),
    ];
    expect(redactArguments(write(url))).toEqual(write(shown));
    expect(redactArguments([`--set=service.ready={"url":"${url}"}`]).join()).not.toContain('hush');
  });

  it('leaves the rest as it is', () => {
    const args = ['--set', 'trial.warmUpMillis=500', '--load-url', 'http://127.0.0.1/?a=b@c', '--seed=1'];
    const settings = ['service.ready.port=1', 'figures={"utilization":{"budget":1}}', 'reference.variant.command=a=b'];
    const all = [...args, ...settings.map((setting) => `--set=${setting}`)];
    expect(redactArguments(all)).toEqual(all);
  });
});

describe('redactConfig', () => {
  it('shows names without values', () => {
    const config = parseGateConfig({
      service: { command: 'x', env: { TOKEN: 'hush', GONE: null }, ready: { port: 1 } },
      load: { url: 'http://127.0.0.1/', requestsPerSecond: 1, headers: { 'x-api-key': 'hush' }, body: 'hush' },
      reference: { variant: { env: { TOKEN: 'hush' } } },
    });
    const shown = redactConfig(config);
    expect(JSON.stringify(shown)).not.toContain('hush');
    expect(shown.service.env).toEqual({ TOKEN: '[redacted]', GONE: null });
    expect(shown.load).toMatchObject({ headers: { 'x-api-key': '[redacted]' }, url: 'http://127.0.0.1/' });
  });
});

describe('--set', () => {
  it('takes a header with a hyphen, as the text that it is', () => {
    const parsed = parseGateArguments(['--set', 'load.headers.x-api-key=123', '--set', 'load.body={"a":1}']);
    expect(parsed).toMatchObject({
      settings: [
        ['load.headers.x-api-key', '123'],
        ['load.body', '{"a":1}'],
      ],
    });
  });

  it.each([
    [['--set', 'load.headers.x api=hush'], /got 'load\.headers\.x…' for KEY/],
    [['--set', 'service.env.TOKEN:hush=='], /got 'service\.env\.TOKEN…' for KEY/],
    [['--set', 'hush'], /got no =/],
    [['--set', 'service.env.TOKEN', 'hush'], /got an argument that belongs to none/],
    [['--load.headers.x=hush'], /^Unknown option '--load\.headers\.x'\. Run/],
    [['--load.headers.x: hush'], /^Unknown option '--load\.headers\.x…'\. Run/],
    [['--service.env.TOKEN hush=1'], /^Unknown option '--service\.env\.TOKEN…'\. Run/],
  ])('never repeats what it does not understand: %j', (args, message) => {
    expect(() => parseGateArguments(args)).toThrow(message);
    expect(() => parseGateArguments(args)).not.toThrow(/hush/);
  });
});

describe('an error of the config', () => {
  const CONFIG = {
    service: { command: 'x', env: { TOKEN: 'a' }, ready: { port: 1 } },
    load: { url: 'http://127.0.0.1/', requestsPerSecond: 1, headers: { 'x-api-key': 'a' }, body: 'a' },
    reference: { variant: { env: { TOKEN: 'a' } } },
  };
  const PATHS = [
    '',
    'service',
    'service.env',
    'service.env.TOKEN',
    'load',
    'load.headers',
    'load.headers.x-api-key',
    'load.body',
    'reference',
    'reference.variant',
    'reference.variant.env',
    'reference.variant.env.TOKEN',
  ];

  function put(value: unknown, [key, ...rest]: readonly string[], secret: unknown): unknown {
    if (key === undefined) return secret;
    const fields = value as Record<string, unknown>;
    return { ...fields, [key]: put(fields[key], rest, secret) };
  }

  /** A token where it does not belong: bare, in lists, in objects, in a name behind a sign that no name has. */
  const { shape } = fc.letrec((tie) => ({
    shape: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('hush', 'TOKEN=hush', 'a\nhush', 'hush\0', 'Łhush', ' hush://hush@hush/ '),
      fc.array(tie('shape'), { maxLength: 2 }),
      fc.dictionary(
        fc.constantFrom('env', 'headers', 'body', 'x', 'command: hush', 'A=hush', 'Bearer hush'),
        tie('shape'),
        {
          maxKeys: 2,
        },
      ),
    ),
  }));

  it.each(PATHS)('never shows what stands at %j', (path) => {
    let refusedCount = 0;
    fc.assert(
      fc.property(shape, (secret) => {
        const keys = path === '' ? [] : path.split('.');
        try {
          parseGateConfig(put(CONFIG, keys, secret));
        } catch (error) {
          if (!(error instanceof OffloopConfigError)) throw error;
          refusedCount += 1;
          // The name of an unknown key is no value.
          if (!error.message.includes('unknown option')) expect(error.message).not.toContain('hush');
        }
      }),
      { numRuns: 300 },
    );
    expect(refusedCount).toBeGreaterThan(0);
  });
});
