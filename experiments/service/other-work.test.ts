import { expect, it } from 'vitest';
import { Child } from '../runner/child.js';
import type { ServiceCommand, ServiceReport } from './protocol.js';
import { finish, TIMEOUT_MILLIS } from './test-bench.js';

const SERVICE_MODULE = new URL('../../dist/experiments/service/main.js', import.meta.url);
const WINDOW_MILLIS = 1_000;

async function measureUtilization(args: readonly string[]): Promise<number> {
  const service = Child.start<ServiceReport, ServiceCommand>({
    name: 'service',
    moduleUrl: SERVICE_MODULE,
    args: ['--arm', 'control', '--model-server-url', 'http://127.0.0.1:1', ...args],
  });
  try {
    await service.receive('ready', TIMEOUT_MILLIS);
    service.send({ type: 'start-measuring' });
    await service.receive('measuring', TIMEOUT_MILLIS);
    await new Promise((resolve) => setTimeout(resolve, WINDOW_MILLIS));
    service.send({ type: 'stop-measuring' });
    const { loopDelay } = await service.receive('measured', TIMEOUT_MILLIS);
    await finish(service);
    return loopDelay.utilization;
  } finally {
    await service.end();
  }
}

it('the service does other work on its loop when it is told to', async () => {
  const idle = await measureUtilization([]);
  // A machine that is late makes it more; nothing makes it less than most of the 40 %.
  const busy = await measureUtilization(['--other-work-millis', '20', '--other-work-rate-per-second', '20']);
  expect(busy).toBeGreaterThan(0.2);
  expect(busy).toBeGreaterThan(idle);
});
