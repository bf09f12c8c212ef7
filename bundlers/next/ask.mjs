// Starts the built service on the port in PORT, asks it a few times, and prints what it says of its spans.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const REQUEST_COUNT = 50;

const server = spawn(process.execPath, [fileURLToPath(new URL('server.js', import.meta.url))], {
  env: { ...process.env, HOSTNAME: '127.0.0.1' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await waitForUrl(server.stdout);
  for (let index = 0; index < REQUEST_COUNT; index++) await (await fetch(`${url}/api/work`)).arrayBuffer();
  const answer = await fetch(`${url}/api/flush`);
  if (!answer.ok) throw new Error(`/api/flush answered ${answer.status}`);
  console.log(await answer.text());
} finally {
  // The span of the last request would still be delivered after it was counted.
  server.kill('SIGKILL');
}

async function waitForUrl(output) {
  for await (const line of createInterface({ input: output })) {
    const url = /http:\/\/(localhost|127\.0\.0\.1):\d+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('the server ended before it said where it listens');
}
