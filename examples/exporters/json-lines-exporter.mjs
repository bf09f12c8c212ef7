// A span exporter of one's own, in offloop's worker: appends each span to a file, as a line of JSON.
//
//   new WorkerSpanProcessor({
//     exporter: {
//       module: new URL('./json-lines-exporter.mjs', import.meta.url),
//       export: 'JsonLinesExporter',
//       options: { path: 'spans.jsonl' },
//     },
//   });
import { appendFile } from 'node:fs/promises';

export class JsonLinesExporter {
  #path;
  #written = Promise.resolve();

  constructor({ path }) {
    this.#path = path;
  }

  /** One batch after the other, so that lines stay whole. */
  export(spans, resultCallback) {
    const lines = spans.map((span) => `${JSON.stringify(toPlain(span))}\n`).join('');
    const written = this.#written.then(() => appendFile(this.#path, lines));
    written.then(
      () => resultCallback({ code: 0 }),
      (error) => resultCallback({ code: 1, error }),
    );
    this.#written = written.catch(() => {});
  }

  async forceFlush() {
    await this.#written;
  }

  async shutdown() {
    await this.#written;
  }
}

function toPlain(span) {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    status: span.status,
    attributes: span.attributes,
    events: span.events,
    resource: span.resource.attributes,
  };
}
