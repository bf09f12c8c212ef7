// The stand-in, the service and a customer; at the end, what arrived. start.mjs builds first.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startLangfuseServerProcess } from '../../dist/experiments/langfuse-server/langfuse-server-process.js';
import { describeArrived } from './describe-arrived.mjs';

const SERVICE = fileURLToPath(new URL('./service.mjs', import.meta.url));
const IMAGE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const CONVERSATION = [
  { message: 'Em ơi, cho chị đặc lịch khám ngày mai nhé, số của chị là 0912 345 678.' },
  { message: 'Đây là ảnh đơn thuốc cũ. Chị uống tiếp được không? Gửi về lan.nguyen@example.com nhé.', image: IMAGE },
  { message: 'Giá khám là bao nhiêu vậy em?' },
];

const { values } = parseArgs({ options: { processor: { type: 'string', default: 'offloop' } } });
const { processor } = values;
if (processor !== 'offloop' && processor !== 'langfuse') {
  throw new Error(`--processor: expected offloop or langfuse, got '${processor}'`);
}

const langfuse = await startLangfuseServerProcess();
try {
  const service = fork(SERVICE, [processor], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      LANGFUSE_BASE_URL: langfuse.url,
      LANGFUSE_PUBLIC_KEY: 'pk-lf-example',
      LANGFUSE_SECRET_KEY: 'sk-lf-example',
      LANGFUSE_TRACING_ENVIRONMENT: 'example',
    },
  });
  const exited = once(service, 'exit');
  const [{ url }] = await Promise.race([
    once(service, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`the service ended with exit code ${code} before it was ready`))),
  ]);
  for (const turn of CONVERSATION) {
    const body = JSON.stringify({ conversationId: 'conversation-1', userId: 'user-7', ...turn });
    // No connection stays open: the service ends once its callers have.
    const response = await fetch(`${url}/webhook`, { method: 'POST', headers: { connection: 'close' }, body });
    const { reply, nextAction } = await response.json();
    console.log(`> ${turn.message}\n< ${reply} (${nextAction})\n`);
  }
  service.kill('SIGTERM');
  const [code] = await exited;
  if (code !== 0) throw new Error(`the service ended with exit code ${code}, expected 0`);

  console.log(`What arrived at the stand-in for Langfuse, sent by ${processor}:\n`);
  console.log(describeArrived(await langfuse.client.traces.spans(), await langfuse.client.media()));
} finally {
  await langfuse.stop();
}
