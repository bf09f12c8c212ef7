import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import type { AnswerTurn, Turn } from './turn.js';

/** What the thread of the caller is asked for. */
export interface TurnsOrder {
  readonly url: string;
  readonly turns: readonly Turn[];
}

export type TurnsReport =
  /** The same for the same answers. */
  | { readonly status: 'answered'; readonly answersDigest: number }
  | { readonly status: 'failed'; readonly message: string };

/** A service that answers turns over HTTP, and its caller. */
export interface TurnsService {
  /** @throws {Error} when a turn is not answered. */
  readonly take: (turns: readonly Turn[]) => Promise<{ readonly answersDigest: number }>;
  readonly end: () => Promise<void>;
}

/** The HTTP instrumentation must be registered before this is called. */
export async function startTurnsService(answer: AnswerTurn): Promise<TurnsService> {
  // Required here: the HTTP instrumentation patches the module when it is next required.
  const { createServer } = createRequire(import.meta.url)('node:http') as typeof import('node:http');
  const server: Server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await answer(JSON.parse(await text(request)))));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caller = new Worker(new URL('./turn-client.js', import.meta.url));
  return {
    take: async (turns) => {
      caller.postMessage({ url: `http://127.0.0.1:${port}`, turns } satisfies TurnsOrder);
      const [report] = (await once(caller, 'message')) as [TurnsReport];
      if (report.status === 'failed') throw new Error(report.message);
      return { answersDigest: report.answersDigest };
    },
    end: async () => {
      await caller.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}
