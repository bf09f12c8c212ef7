import { expect, it } from 'vitest';
import { loadTraceSchema } from './trace-schema.js';

it('an absent schema is reported with the command that installs it', async () => {
  const missing = Object.assign(new Error("Cannot find package 'otlp-schema'"), { code: 'ERR_MODULE_NOT_FOUND' });
  const loading = loadTraceSchema(() => Promise.reject(missing));
  await expect(loading).rejects.toMatchObject({ code: 'ERR_SINK_SCHEMA_MISSING' });
  await expect(loading).rejects.toThrow(
    'Run: npm install --save-dev otlp-schema@npm:@opentelemetry/otlp-transformer@0.203.0',
  );
});

it('another failure to load is not taken for an absent schema', async () => {
  const broken = Object.assign(new Error("Cannot find package 'protobufjs'"), { code: 'ERR_MODULE_NOT_FOUND' });
  await expect(loadTraceSchema(() => Promise.reject(broken))).rejects.toBe(broken);
});
