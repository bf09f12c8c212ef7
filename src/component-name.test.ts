import { expect, it } from 'vitest';
import { nameComponent, nameExporterType } from './component-name.js';

it.each([
  ['@opentelemetry/exporter-trace-otlp-http', 'OTLPTraceExporter', 'otlp_http_json_span_exporter'],
  [
    'file:///srv/node_modules/.pnpm/@opentelemetry+exporter-trace-otlp-grpc@1/node_modules/@opentelemetry/exporter-trace-otlp-grpc/build/src/index.js',
    'OTLPTraceExporter',
    'otlp_grpc_span_exporter',
  ],
  ['file:///srv/node_modules/@opentelemetry/exporter-trace-otlp-proto/i.js', 'X', 'otlp_http_span_exporter'],
  ['file:///srv/node_modules/@opentelemetry/exporter-zipkin/i.js', 'ZipkinExporter', 'zipkin_http_span_exporter'],
  ['file:///srv/node_modules/@opentelemetry/exporter-unheard-of/i.js', 'Unheard', 'Unheard'],
  ['file:///srv/audit-exporter.js', 'AuditExporter', 'AuditExporter'],
  ['file:///srv/audit-exporter.js', 'default', 'SpanExporter'],
])('the exporter in %s, exported as %s, is of type %s', (module, exportName, type) => {
  expect(nameExporterType({ type: 'hosted', module, exportName, options: undefined, maxConcurrentExports: 1 })).toBe(
    type,
  );
});

it('the built-in exporter is of the standard type', () => {
  expect(nameExporterType({ type: 'otlp-protobuf', options: {}, maxConcurrentExports: 8 })).toBe(
    'otlp_http_span_exporter',
  );
});

it('components are numbered within their type, from 0', () => {
  expect(['a', 'a', 'b', 'a'].map(nameComponent)).toEqual(['a/0', 'a/1', 'b/0', 'a/2']);
});
