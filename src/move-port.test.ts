import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { movePort } from './move-port.js';

function expectPort(port: MessagePort | undefined): MessagePort {
  if (port === undefined) throw new Error('expected a port whose other end is there');
  return port;
}

it('takes along what has come and was not read, and stays connected', () => {
  const { port1, port2 } = new MessageChannel();
  port2.postMessage('before');
  const moved = expectPort(movePort(port1));
  port2.postMessage('after');
  expect([receiveMessageOnPort(moved)?.message, receiveMessageOnPort(moved)?.message]).toEqual(['before', 'after']);
  moved.postMessage('back');
  expect(receiveMessageOnPort(port2)?.message).toBe('back');
  port2.close();
});

it('tells of an end that is gone once all that came from there is read, and without the event loop', () => {
  const { port1, port2 } = new MessageChannel();
  const hasPosted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(
    `const { workerData: { port, hasPosted } } = require('node:worker_threads');
     port.postMessage('last');
     Atomics.store(hasPosted, 0, 1);
     Atomics.notify(hasPosted, 0);
     setInterval(() => {}, 1_000_000);`,
    { eval: true, workerData: { port: port2, hasPosted }, transferList: [port2] },
  );
  Atomics.wait(hasPosted, 0, 0, 20_000);
  let port = movePort(port1);
  expect(port).toBeDefined();
  void worker.terminate();
  const words: unknown[] = [];
  const deadlineMillis = performance.now() + 20_000;
  while (port !== undefined && performance.now() < deadlineMillis) {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      words.push(next.message);
    }
    port = movePort(port);
  }
  expect(port).toBeUndefined();
  expect(words).toEqual(['last']);
});
