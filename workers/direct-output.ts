import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

type WriteCallback = (error?: Error) => void;

const FULL_PIPE_WAIT_MILLIS = 2;
const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Writes what this thread prints straight to the process's output. A worker's own streams hand it to the main thread, whose
 * event loop then does the writing, and does none of it in a process that exits.
 */
export function printDirectly(): void {
  if (isMainThread) return;
  process.stdout.write = writeTo(1);
  process.stderr.write = writeTo(2);
}

function writeTo(fileDescriptor: number): typeof process.stdout.write {
  return (chunk: string | Uint8Array, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, toEncoding(encoding)) : chunk;
    const done = typeof encoding === 'function' ? encoding : callback;
    const error = writeAll(fileDescriptor, bytes);
    if (done !== undefined) process.nextTick(done, error);
    return true;
  };
}

function toEncoding(encoding: BufferEncoding | WriteCallback | undefined): BufferEncoding {
  return typeof encoding === 'string' ? encoding : 'utf8';
}

/** An output that is closed must not end the worker: the error is for who asked. */
function writeAll(fileDescriptor: number, bytes: Uint8Array): Error | undefined {
  for (let offset = 0; offset < bytes.byteLength; ) {
    try {
      offset += writeSync(fileDescriptor, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return error as Error;
      // Somebody has made the pipe non-blocking, and it is full.
      Atomics.wait(pause, 0, 0, FULL_PIPE_WAIT_MILLIS);
    }
  }
  return undefined;
}
