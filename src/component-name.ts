import type { ExporterSettings } from './protocol.js';

/** Values of `otel.component.type` that semantic conventions give to the exporters of known packages. */
const STANDARD_EXPORTER_TYPES: ReadonlyMap<string, string> = new Map([
  ['exporter-trace-otlp-grpc', 'otlp_grpc_span_exporter'],
  ['exporter-trace-otlp-http', 'otlp_http_json_span_exporter'],
  ['exporter-trace-otlp-proto', 'otlp_http_span_exporter'],
  ['exporter-zipkin', 'zipkin_http_span_exporter'],
]);

const nextNumbers = new Map<string, number>();

/** A value for `otel.component.name`: `<type>/<number>`, counted from 0 in each process, as the SDK does. */
export function nameComponent(type: string): string {
  const number = nextNumbers.get(type) ?? 0;
  nextNumbers.set(type, number + 1);
  return `${type}/${number}`;
}

/** The exporter's `otel.component.type`: the standard value where there is one, else the name of its class. */
export function nameExporterType(exporter: ExporterSettings): string {
  if (exporter.type === 'otlp-protobuf') return 'otlp_http_span_exporter';
  // A package name, or the URL of a file in the package's folder.
  const packageName = /@opentelemetry\/(exporter-[a-z-]+)(?:\/|$)/.exec(exporter.module)?.[1];
  const standardType = packageName === undefined ? undefined : STANDARD_EXPORTER_TYPES.get(packageName);
  if (standardType !== undefined) return standardType;
  return exporter.exportName === 'default' ? 'SpanExporter' : exporter.exportName;
}
