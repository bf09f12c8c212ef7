import { describe, expect, it } from 'vitest';
import { runBuilt } from './fixtures/run-fixture.js';

interface LoadedModules {
  readonly urls: string[];
  readonly commonJs: string[];
  readonly builtins: string[];
}

async function loadModules(
  subpath: string,
  ...args: readonly 'create'[]
): Promise<LoadedModules & { packages: string[] }> {
  const run = await runBuilt('test/fixtures/loaded-modules.js', { args: [subpath, ...args] });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  const loaded = JSON.parse(run.stdout) as LoadedModules;
  const packages = new Set(
    [...loaded.urls, ...loaded.commonJs].flatMap(
      (path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    ),
  );
  return { ...loaded, packages: [...packages].sort() };
}

function findHttpClients(builtins: readonly string[]): string[] {
  const clients = ['http', 'https', 'http2', 'net', 'tls', '_http_client', 'internal/deps/undici/undici'];
  return builtins.filter((name) => clients.some((client) => name === `NativeModule ${client}`));
}

describe("import('offloop') on the main thread", () => {
  it('loads no package at all', async () => {
    const { packages, builtins, urls } = await loadModules('offloop');
    // Shows that the list sees what is loaded.
    expect(urls.some((url) => url.endsWith('/dist/src/span-processor.js'))).toBe(true);
    expect(packages).toEqual([]);
    expect(findHttpClients(builtins)).toEqual([]);
  });

  it('loads no exporter, no SDK and no HTTP client with a processor either', async () => {
    const { packages, builtins } = await loadModules('offloop', 'create');
    expect(packages).toEqual(['piscina']);
    expect(findHttpClients(builtins)).toEqual([]);
  });

  it("would see an HTTP client: import('node:https')", async () => {
    expect(findHttpClients((await loadModules('node:https')).builtins)).toContain('NativeModule https');
  });

  it("would see an exporter: import('@opentelemetry/exporter-trace-otlp-proto')", async () => {
    const { packages } = await loadModules('@opentelemetry/exporter-trace-otlp-proto');
    expect(packages).toContain('@opentelemetry/otlp-exporter-base');
  });
});
