// The caller of the service, in a thread of its own: what it costs is not the service's.
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parentPort } from 'node:worker_threads';
import type { Turn } from './turn.js';
import type { TurnsOrder, TurnsReport } from './turns.js';

/** Turns under way at once: with one, most of the time would go into waking up for it. */
const CALLER_COUNT = 4;

const agent = new Agent({ keepAlive: true });

parentPort?.on('message', async (order: TurnsOrder) => {
  parentPort?.postMessage(await takeTurns(order).catch(describeFailure));
});

async function takeTurns({ url, turns }: TurnsOrder): Promise<TurnsReport> {
  const entries = turns.entries();
  const answers: string[] = [];
  const call = async () => {
    // Each takes the next one that nobody has taken.
    for (const [index, turn] of entries) answers[index] = await post(url, turn);
  };
  await Promise.all(Array.from({ length: CALLER_COUNT }, call));
  return { status: 'answered', answersDigest: createHash('sha256').update(answers.join()).digest().readUInt32LE() };
}

function post(url: string, turn: Turn): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent }, async (response) => {
      let body = '';
      for await (const piece of response.setEncoding('utf8')) body += piece;
      if (response.statusCode === 200) resolve(body);
      else reject(new Error(`the service answered ${response.statusCode}: ${body}`));
    });
    call.on('error', reject).end(JSON.stringify(turn));
  });
}

function describeFailure(error: unknown): TurnsReport {
  return { status: 'failed', message: error instanceof Error ? error.message : String(error) };
}
