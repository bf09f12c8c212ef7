import { describe, expect, it } from 'vitest';
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
  ])('hides the value of %s', (setting) => {
    const [path = ''] = setting.split('=');
    expect(redactArguments(['--set', setting, `--set=${setting}`])).toEqual([
      '--set',
      `${path}=[redacted]`,
      `--set=${path}=[redacted]`,
    ]);
  });

  it('leaves the rest as it is', () => {
    const args = ['--set', 'trial.warmUpMillis=500', '--load-url', 'http://127.0.0.1/?a=b', '--seed=1'];
    expect(redactArguments(args)).toEqual(args);
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

  it('never repeats a value that it does not understand', () => {
    expect(() => parseGateArguments(['--set', 'load.headers.x api=hush'])).toThrow(
      /got 'load\.headers\.x api' for KEY/,
    );
    expect(() => parseGateArguments(['--set', 'load.headers.x api=hush'])).not.toThrow(/hush/);
  });
});
