import { describe, expect, it } from 'vitest';
import { resolveExporter } from './exporter-options.js';
import { describeValue, expectFileUrl } from './option-checks.js';

function describeError(exporter: unknown): string {
  try {
    resolveExporter(exporter as never, {});
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected an error');
}

describe('of a URL in an error there are scheme and host only', () => {
  it.each([
    ['ftp://collector:4318/v1/traces', "'ftp://collector:4318/…'"],
    ['ftp://collector', "'ftp://collector'"],
    ['ftp://user:hunter2@collector/v1/traces', "'ftp://…@collector/…'"],
    ['ftp://user:hun/ter2@collector/v1/traces', "'ftp://…'"],
    ['ftp://user/hunter2@collector', "'ftp://…'"],
    ['ftp://collector?token=hunter2', "'ftp://collector/…'"],
    ['ftp://collector/hunter2#hunter2', "'ftp://collector/…'"],
    ['ftp://collector/?token=hunt@er2', "'ftp://…'"],
    [`ftp://${'u'.repeat(100)}:hunter2@collector/`, "'ftp://…@collector'"],
    ['user:hunter2@collector:4318', "'…@…'"],
    ['see ftp://user:hunter2@collector', "'…@…'"],
    ['localhost:4318/v1/traces', "'localhost:4318/v1/traces'"],
  ])('%s', (url, said) => {
    expect(describeError({ url }).split('got ')[1]).toBe(said);
  });

  it('wherever it stands', () => {
    const url = 'https://user:hunter2@collector/v1/traces';
    expect(describeError(url)).toMatch(/^exporter: expected an object, got 'https:\/\/…@collector\/…'$/);
    expect(describeError([url])).not.toMatch(/hunter2|user/);
    expect(describeValue({ url, [url]: 1, path: 'a b' })).not.toMatch(/hunter2|user/);
    expect(describeValue([`https://user:${'hunter2'.repeat(20)}@collector`])).not.toMatch(/hunter2/);
    expect(() => expectFileUrl('worker.url', url)).toThrow(/got 'https:\/\/…@collector\/…'$/);
  });

  it('and other values are as they were', () => {
    expect(describeValue('file:///srv/a%20b.cjs')).toBe("'file:///srv/a%20b.cjs'");
    expect(describeValue('@opentelemetry/api')).toBe("'@opentelemetry/api'");
    expect(describeValue({ maxQueueSize: 1, name: 'x' })).toBe("{ maxQueueSize: 1, name: 'x' }");
  });
});
