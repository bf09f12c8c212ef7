import { describe, expect, it } from 'vitest';
import { nameFile, shortenFile } from './file-name.js';
import { describeRequest } from './request-log.js';

describe('nameFile', () => {
  it.each([
    ['', null],
    ['file:///srv/shop/src/a%20b.js?key=1#x', 'src/a b.js'],
    ['/srv/shop/lib/c.js', 'lib/c.js'],
    ['file:///srv/other/d.js', '/srv/other/d.js'],
    ['file:///srv/shop/node_modules/.pnpm/p@1/node_modules/@s/p/build/e.js', 'node_modules/@s/p/build/e.js'],
    ['node:internal/timers', 'node:internal/timers'],
    ['evalmachine.<anonymous>', 'evalmachine.<anonymous>'],
    ['data:text/javascript,hush', 'data:'],
    ['https://example.org/x.js?key=hush', 'https://example.org/x.js'],
    ['webpack-internal:///(rsc)/./a\u001b[31m.ts', 'webpack-internal:///(rsc)/./a?[31m.ts'],
  ])('reads %j as %j', (url, name) => {
    expect(nameFile(url, '/srv/shop')).toBe(name);
  });
});

describe('shortenFile', () => {
  it('keeps the name of a package, and the end of what is too long', () => {
    expect(shortenFile('node_modules/@s/p/build/src/e.js', 40)).toBe('@s/p/…/e.js');
    expect(shortenFile('node_modules/p/e.js', 40)).toBe('p/e.js');
    expect(shortenFile('src/very/deep/file.js', 8)).toBe('…file.js');
  });
});

describe('describeRequest', () => {
  it.each([
    [{ method: 'POST', host: 'otel.example', path: '/prefix/v1/traces?key=hush' }, 'POST otel.example/v1/traces', true],
    [
      { method: 'POST', origin: 'https://user:hush@lf.example:8443', path: '/api/public/ingestion' },
      'POST lf.example/api/public/ingestion',
      true,
    ],
    [{ method: 'GET', host: 'api.example', path: '/bot-hush/send' }, 'GET api.example', false],
    [{ method: 'GET\nhush', host: 'a b', path: 7 }, 'request unknown host', false],
  ])('shows of %j no more than %j', (request, target, isTelemetry) => {
    expect(describeRequest(request)).toEqual({ target, isTelemetry });
  });
});
