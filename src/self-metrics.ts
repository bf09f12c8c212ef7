import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  MeterProvider,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api';
import { nameComponent, nameExporterType } from './component-name.js';
import type { Drop, DropReason } from './options.js';
import type { CountedFailure, ExporterSettings, FailureReason } from './protocol.js';
import { ThrottledDiag } from './throttled-diag.js';

/**
 * What a pipeline is to the SDK around it. An `exporter` has no processor metrics, since the processor in front of it
 * reports its own; spans it drops are exports that failed.
 */
export type PipelineFace = 'processor' | 'exporter';

export interface SelfMetricsOptions {
  readonly face: PipelineFace;
  readonly exporter: ExporterSettings;
  /** `Infinity` where the queue is not bounded in spans. */
  readonly maxQueueSize: number;
  /** Spans that are held, waiting or under way. Called when metrics are collected. */
  readonly getPendingSpanCount: () => number;
  /** Those of them that are in chunks on their way to a worker or back. Called when metrics are collected. */
  readonly getExportingSpanCount: () => number;
}

/** What became of a chunk that an exporter was given. */
export interface EndedExport {
  readonly exportedSpanCount: number;
  /** The first is the one the duration is put down to. */
  readonly failures: readonly CountedFailure[];
  /** From the hand-over to the settlement, on the main thread's clock. */
  readonly durationMillis: number;
}

interface Series<Instrument> {
  readonly instrument: Instrument;
  readonly attributes: Attributes;
}

interface Observation {
  readonly instrument: Observable;
  readonly callback: ObservableCallback;
}

interface Instruments {
  /** Unset for an exporter. */
  readonly processed: Series<Counter> | undefined;
  readonly exported: Series<Counter>;
  readonly duration: Series<Histogram>;
}

const COMPONENT_NAME = 'otel.component.name';
const COMPONENT_TYPE = 'otel.component.type';
const ERROR_TYPE = 'error.type';

/**
 * The `otel.sdk.*` metrics of one pipeline. Numbers are added when a chunk settles or spans are dropped, and read when
 * metrics are collected: nothing happens on an ordinary span. No method throws, whatever the provider does.
 */
export class SelfMetrics {
  readonly #diag = new ThrottledDiag('warn');
  readonly #observations: Observation[] = [];
  #instruments: Instruments | undefined;

  constructor(provider: MeterProvider, options: SelfMetricsOptions) {
    this.#guard(() => {
      this.#instruments = this.#createInstruments(provider.getMeter('offloop'), options);
    });
  }

  /** Drops are the processor's failures; an exporter's too when it is all there is. */
  recordDrop({ reason, spanCount }: Drop): void {
    this.#guard(() => {
      const dropped = this.#instruments?.processed ?? this.#instruments?.exported;
      dropped?.instrument.add(spanCount, withError(dropped.attributes, reason));
    });
  }

  /** Processed as it was asked; no exporter was given them. */
  recordFiltered(spanCount: number): void {
    this.#guard(() => {
      const processed = this.#instruments?.processed;
      processed?.instrument.add(spanCount, processed.attributes);
    });
  }

  recordExport({ exportedSpanCount, failures, durationMillis }: EndedExport): void {
    this.#guard(() => {
      if (this.#instruments === undefined) return;
      const { processed, exported, duration } = this.#instruments;
      const spanCount = failures.reduce((sum, failed) => sum + failed.spanCount, exportedSpanCount);
      // Not at the hand-over, as the conventions have it: what is handed over may yet come back and be dropped.
      processed?.instrument.add(spanCount, processed.attributes);
      if (exportedSpanCount > 0) exported.instrument.add(exportedSpanCount, exported.attributes);
      for (const failed of failures) {
        exported.instrument.add(failed.spanCount, withError(exported.attributes, failed.failure.reason));
      }
      const [first] = failures;
      const { attributes } = duration;
      duration.instrument.record(
        durationMillis / 1000,
        first === undefined ? attributes : withError(attributes, first.failure.reason),
      );
    });
  }

  /** Takes the callbacks out of the provider, which would keep the pipeline from being collected as garbage. */
  close(): void {
    for (const { instrument, callback } of this.#observations.splice(0)) {
      this.#guard(() => instrument.removeCallback(callback));
    }
  }

  #createInstruments(meter: Meter, options: SelfMetricsOptions): Instruments {
    const attributes = describeComponent(nameExporterType(options.exporter));
    const isExporter = options.face === 'exporter';
    this.#observe(
      meter.createObservableUpDownCounter('otel.sdk.exporter.span.inflight', {
        unit: '{span}',
        description: 'Spans that were passed to the exporter and whose export has not finished.',
      }),
      isExporter ? options.getPendingSpanCount : options.getExportingSpanCount,
      attributes,
    );
    const exported = meter.createCounter('otel.sdk.exporter.span.exported', {
      unit: '{span}',
      description: 'Spans whose export has finished, successfully or not.',
    });
    const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
      unit: 's',
      description: 'How long the export of a batch took, retries included.',
      // As the SDK's exporters do: count, sum, min and max; a view can ask for buckets.
      advice: { explicitBucketBoundaries: [] },
    });
    return {
      processed: isExporter ? undefined : this.#createProcessorInstruments(meter, options),
      exported: { instrument: exported, attributes },
      duration: { instrument: duration, attributes },
    };
  }

  #createProcessorInstruments(meter: Meter, options: SelfMetricsOptions): Series<Counter> {
    const attributes = describeComponent('WorkerSpanProcessor');
    this.#observe(
      meter.createObservableUpDownCounter('otel.sdk.processor.span.queue.size', {
        unit: '{span}',
        description: "Spans in the span processor's queue, those whose export has not finished included.",
      }),
      // Not without those in flight, as the conventions would have it: they take up the capacity until they are settled.
      options.getPendingSpanCount,
      attributes,
    );
    // A bound in bytes says nothing about how many spans fit.
    if (Number.isFinite(options.maxQueueSize)) {
      this.#observe(
        meter.createObservableUpDownCounter('otel.sdk.processor.span.queue.capacity', {
          unit: '{span}',
          description: "The most spans the span processor's queue can hold.",
        }),
        () => options.maxQueueSize,
        attributes,
      );
    }
    const instrument = meter.createCounter('otel.sdk.processor.span.processed', {
      unit: '{span}',
      description: 'Spans whose processing has finished, successfully or not.',
    });
    return { instrument, attributes };
  }

  #observe(instrument: Observable, read: () => number, attributes: Attributes): void {
    const callback: ObservableCallback = (result) => result.observe(read(), attributes);
    this.#observations.push({ instrument, callback });
    instrument.addCallback(callback);
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      // Metrics are worth a line in the log, not a span, and never the caller of span.end().
      this.#diag.say('self_metrics', 0, () => `selfObsMeterProvider failed, metrics are incomplete: ${String(error)}`);
    }
  }
}

function describeComponent(type: string): Attributes {
  return { [COMPONENT_TYPE]: type, [COMPONENT_NAME]: nameComponent(type) };
}

function withError(attributes: Attributes, reason: DropReason | FailureReason): Attributes {
  // The one reason for which semantic conventions have a word of their own; queue_full and rejected are theirs already.
  return { ...attributes, [ERROR_TYPE]: reason === 'shut_down' ? 'already_shutdown' : reason };
}
