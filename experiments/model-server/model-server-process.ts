import { Child } from '../runner/child.js';
import type { ModelServerReport } from './protocol.js';
import type { ModelPace } from './server.js';

const START_TIMEOUT_MILLIS = 20_000;

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
const MAIN = import.meta.url.endsWith('.ts') ? '../../dist/experiments/model-server/main.js' : './main.js';

/** A model server in a process of its own. */
export interface ModelServerProcess {
  /** Without a path. */
  readonly url: string;
  /** Ends the process and resolves when it is gone; may be called again. */
  stop(): Promise<void>;
}

/** Starts a model server in a process of its own; it ends with this one if nobody stops it. */
export async function startModelServerProcess({
  timeToFirstTokenMillis,
  interChunkDelayMillis,
}: Pick<ModelPace, 'timeToFirstTokenMillis' | 'interChunkDelayMillis'>): Promise<ModelServerProcess> {
  const child = Child.start<ModelServerReport>({
    name: 'the model server',
    moduleUrl: new URL(MAIN, import.meta.url),
    args: [
      `--time-to-first-token-millis=${timeToFirstTokenMillis}`,
      `--inter-chunk-delay-millis=${interChunkDelayMillis}`,
    ],
  });
  try {
    const { url } = await child.receive('ready', START_TIMEOUT_MILLIS);
    return { url, stop: () => child.end() };
  } catch (error) {
    await child.end();
    throw error;
  }
}
