import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LongBlock } from 'offloop/loop-delay';

/** What starts a block: a timer of this loop, or a byte that comes in on a socket, inside poll. */
export type BlockTrigger = 'timer' | 'socket';

export interface PlannedBlock {
  readonly blockMillis: number;
  readonly trigger: BlockTrigger;
  /** From the end of the block before. */
  readonly gapMillis: number;
}

/** A block as the loop's own clock has it, and as long as it was meant to be. */
export interface InjectedBlock extends LongBlock {
  readonly plannedMillis: number;
}

/** What blocks this loop. Made before the measurement starts: to make it takes the loop some milliseconds. */
export class BlockInjector {
  readonly #fire: (blockMillis: number) => Promise<void>;
  readonly #close: () => void;

  private constructor(line: Line) {
    this.#fire = line.fire;
    this.#close = line.close;
  }

  static async open(): Promise<BlockInjector> {
    const injector = new BlockInjector(await openLine(block));
    for (const trigger of ['timer', 'socket'] as const) {
      await injector.inject([{ blockMillis: 1, trigger, gapMillis: 50 }], 100);
    }
    return injector;
  }

  /** Blocks as planned, one block after the other, until the time is over, and gives the blocks that came of it. */
  async inject(plan: Iterable<PlannedBlock>, durationMillis: number): Promise<readonly InjectedBlock[]> {
    const blocks: InjectedBlock[] = [];
    const endMillis = performance.now() + durationMillis;
    for (const { blockMillis, trigger, gapMillis } of plan) {
      await sleep(gapMillis);
      if (performance.now() + blockMillis > endMillis) break;
      const startedAtUnixMillis = performance.timeOrigin + performance.now();
      const busyMillis = readBusyMillis();
      if (trigger === 'socket') await this.#fire(blockMillis);
      else block(blockMillis);
      blocks.push({
        startedAtUnixMillis,
        durationMillis: readBusyMillis() - busyMillis,
        plannedMillis: blockMillis,
      });
    }
    await sleep(Math.max(0, endMillis - performance.now()));
    return blocks;
  }

  close(): void {
    this.#close();
  }
}

function block(blockMillis: number): void {
  const startMillis = performance.now();
  while (performance.now() - startMillis < blockMillis);
}

/** A block is as long as the loop is kept: to write and to read the byte, and a core that was taken away, belong to it. */
function readBusyMillis(): number {
  return performance.now() - performance.nodeTiming.idleTime;
}

interface Line {
  readonly fire: (blockMillis: number) => Promise<void>;
  readonly close: () => void;
}

/** A line to itself: the block runs where a service's requests are handled. */
async function openLine(onFire: (blockMillis: number) => void): Promise<Line> {
  let settle = (): void => {};
  const server = createServer((peer) => {
    peer.on('data', (data) => {
      onFire(Number(data.toString()));
      settle();
    });
    peer.on('error', () => peer.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay();
  await once(client, 'connect');
  return {
    fire: (blockMillis) =>
      new Promise((resolve) => {
        settle = resolve;
        client.write(String(blockMillis));
      }),
    close: () => {
      client.destroy();
      server.close();
    },
  };
}
