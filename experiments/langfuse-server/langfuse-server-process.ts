import { Child } from '../runner/child.js';
import { LangfuseServerClient } from './client.js';
import type { LangfuseServerOptions } from './langfuse-server.js';
import type { LangfuseServerListening } from './protocol.js';

const START_TIMEOUT_MILLIS = 20_000;

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
const MAIN = import.meta.url.endsWith('.ts') ? '../../dist/experiments/langfuse-server/main.js' : './main.js';

/** A stand-in server in a process of its own, and the client to ask it. */
export interface LangfuseServerProcess {
  /** The SDKs' `baseUrl`. */
  readonly url: string;
  readonly client: LangfuseServerClient;
  /** Ends the process and resolves when it is gone; may be called again. */
  stop(): Promise<void>;
}

/** Starts a stand-in server in a process of its own; it ends with this one if nobody stops it. */
export async function startLangfuseServerProcess(options: LangfuseServerOptions = {}): Promise<LangfuseServerProcess> {
  const child = Child.start<LangfuseServerListening>({
    name: 'langfuse server',
    moduleUrl: new URL(MAIN, import.meta.url),
    args: Object.entries(options).map(([name, value]) => `--${toFlag(name)}=${value}`),
  });
  try {
    const { url, controlUrl } = await child.receive('listening', START_TIMEOUT_MILLIS);
    return { url, client: new LangfuseServerClient(controlUrl), stop: () => child.end() };
  } catch (error) {
    await child.end();
    throw error;
  }
}

function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
