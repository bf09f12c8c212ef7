import { ARM_NAMES, isArmName } from '../arms/index.js';
import { readHttpUrl, readNumber, readOptions, runProgram, UsageError } from '../command-line.js';
import { APPLICATION_NAMES, isApplicationName } from './applications.js';
import { type InjectedBlocks, injectBlocks } from './injected-blocks.js';
import type { ServiceCommand, ServiceReport } from './protocol.js';
import { Service, type ServiceSettings } from './service.js';

const DEFAULTS = {
  arm: undefined,
  application: 'chat',
  workload: '{}',
  'sink-url': 'http://127.0.0.1:4318',
  'model-server-url': undefined,
  host: '127.0.0.1',
  port: '0',
  'inject-length-millis': '0',
  'inject-rate-per-second': '2',
  'other-work-millis': '0',
  'other-work-rate-per-second': '50',
};

const LENGTH_RANGE = { min: 0, max: 10_000, fractional: true };
const RATE_RANGE = { min: 0.01, max: 100, fractional: true };

/** Long enough for sockets that are closing; what holds the process longer is a leak, and is named. */
const LINGER_MILLIS = 5_000;

await runProgram('service', async () => {
  const settings = readSettings();
  const service = await Service.start(settings);
  for (const blocks of [settings.injectedBlocks, settings.otherWork]) {
    if (blocks.lengthMillis > 0) injectBlocks(blocks);
  }

  let finishing: Promise<void> | undefined;
  const finish = () => {
    finishing ??= finishService(service);
    return finishing;
  };
  process.on('message', (command: ServiceCommand) => obey(command, service, finish));
  for (const event of ['SIGTERM', 'SIGINT']) process.once(event, finish);
  // The runner is gone, and with it the sink: a flush would only hold the cores against the next run.
  process.once('disconnect', () => process.exit());

  report({ type: 'ready', arm: settings.arm, url: service.url });
});

interface Settings extends ServiceSettings {
  readonly injectedBlocks: InjectedBlocks;
  /** What keeps the loop busy beside the requests; it blocks as injected blocks do, and in every arm. */
  readonly otherWork: InjectedBlocks;
}

function readSettings(): Settings {
  const options = readOptions(DEFAULTS);
  const { arm, application } = options;
  if (!isArmName(arm)) throw new UsageError(`unknown arm '${arm}'; expected one of ${ARM_NAMES.join(', ')}`);
  if (!isApplicationName(application)) {
    throw new UsageError(`unknown application '${application}'; expected one of ${APPLICATION_NAMES.join(', ')}`);
  }
  return {
    application,
    arm,
    workload: options.workload,
    sinkUrl: readHttpUrl(options, 'sink-url'),
    modelServerUrl: readHttpUrl(options, 'model-server-url'),
    host: options.host,
    port: readNumber(options, 'port', { min: 0, max: 65_535 }),
    injectedBlocks: {
      lengthMillis: readNumber(options, 'inject-length-millis', LENGTH_RANGE),
      ratePerSecond: readNumber(options, 'inject-rate-per-second', RATE_RANGE),
    },
    otherWork: {
      lengthMillis: readNumber(options, 'other-work-millis', LENGTH_RANGE),
      ratePerSecond: readNumber(options, 'other-work-rate-per-second', RATE_RANGE),
    },
  };
}

function obey(command: ServiceCommand, service: Service, finish: () => Promise<void>): void {
  switch (command.type) {
    case 'start-measuring':
      service.startMeasuring();
      report({ type: 'measuring' });
      return;
    case 'stop-measuring':
      report({ type: 'measured', ...service.stopMeasuring() });
      return;
    case 'finish':
      void finish();
      return;
    default: {
      const unknown: never = command;
      throw new Error(`expected a service command, got ${JSON.stringify(unknown)}`);
    }
  }
}

async function finishService(service: Service): Promise<void> {
  report({ type: 'finished', ...(await service.finish()) });
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
  setTimeout(() => {
    process.stderr.write(`service: still open after the end: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(0);
  }, LINGER_MILLIS).unref();
}

/** To the process that forked this one, or to the terminal. */
function report(message: ServiceReport): void {
  if (process.connected) process.send?.(message);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
}
