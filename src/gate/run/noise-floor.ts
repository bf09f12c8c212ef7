import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { GateError } from '../gate-error.js';
import type { NoiseFloor, NoiseFloorCommand } from './noise-floor-process.js';
import type { ProcessGroup, ProcessGroups } from './process-groups.js';

/** The machine's own doing while a trial is measured: a process that only sleeps and looks how late it wakes. */
export class NoiseFloorWatch {
  readonly #group: ProcessGroup;
  readonly #child: ChildProcess;

  constructor(groups: ProcessGroups) {
    const { group, child } = groups.startOwn(new URL('./noise-floor-process.js', import.meta.url));
    this.#group = group;
    this.#child = child;
  }

  start(): void {
    this.#send({ type: 'start' });
  }

  async stop(): Promise<NoiseFloor> {
    const ended = this.#group.ended.then(() => {
      throw new GateError(
        'the process that measures the noise of the machine has ended; nobody but the gate should end it',
      );
    });
    const answer = once(this.#child, 'message');
    this.#send({ type: 'stop' });
    const [noiseFloor] = await Promise.race([answer, ended]);
    return noiseFloor as NoiseFloor;
  }

  end(): Promise<void> {
    return this.#group.end();
  }

  #send(command: NoiseFloorCommand): void {
    this.#child.send(command, () => {});
  }
}
