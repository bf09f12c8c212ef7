// A service that records every exchange in one way, in a process of its own.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { trace } from '@opentelemetry/api';
import { Measurement } from '../../service/measurement.js';
import { moveToCpus } from './cpu-affinity.js';
import { createExchangeApp } from './exchange-app.js';
import { startRecorder } from './exchange-recorder.js';
import { GarbageLog } from './garbage-log.js';
import type { ExchangeServiceCommand, ExchangeServiceReport, ExchangeServiceSettings } from './protocol.js';

const HOST = '127.0.0.1';

const settings = JSON.parse(process.argv[2] ?? '{}') as ExchangeServiceSettings;
if (settings.cpus !== null) moveToCpus(settings.cpus);
const recorder = await startRecorder(settings);
let madeCount = 0;
const app = createExchangeApp((exchange) => {
  madeCount += 1;
  recorder.record(exchange);
});
let measuring: { measurement: Measurement; garbage: GarbageLog; residentSetBytesAtStart: number } | undefined;

process.once('disconnect', () => process.exit());
process.on('message', (command: ExchangeServiceCommand) => void obey(command));
report({ type: 'ready', url: await app.listen({ host: HOST, port: 0 }) });

async function obey(command: ExchangeServiceCommand): Promise<void> {
  switch (command.type) {
    case 'start-measuring':
      measuring = {
        residentSetBytesAtStart: process.memoryUsage.rss(),
        garbage: new GarbageLog(),
        measurement: new Measurement(() => madeCount),
      };
      return;
    case 'stop-measuring': {
      if (measuring === undefined) throw new Error("stop-measuring: expected 'start-measuring' before it");
      const { measurement, garbage, residentSetBytesAtStart } = measuring;
      const measured = measurement.stop();
      report({ type: 'measured', measured, garbage: garbage.stop(), residentSetBytesAtStart });
      return;
    }
    case 'count-live-spans':
      report({ type: 'live-spans', spanCount: countLiveSpans() });
      return;
    case 'finish':
      await finish(command.settleTimeoutMillis);
      return;
    default:
      throw new Error(`expected a command, got ${JSON.stringify(command satisfies never)}`);
  }
}

async function finish(settleTimeoutMillis: number): Promise<void> {
  await app.close();
  const startMillis = performance.now();
  const ended = recorder.end().then(
    () => true,
    () => true,
  );
  const isSettled = await Promise.race([ended, delay(settleTimeoutMillis, false)]);
  report({ type: 'finished', madeCount, settleMillis: performance.now() - startMillis, isSettled });
}

/** Open ones included: of this process's span class, whichever version of the SDK has it. */
function countLiveSpans(): number {
  const probe = trace.getTracer('probe').startSpan('probe');
  // The probe itself is one of them.
  return queryObjects(probe.constructor, { format: 'count' }) - 1;
}

function report(message: ExchangeServiceReport): void {
  process.send?.(message);
}
