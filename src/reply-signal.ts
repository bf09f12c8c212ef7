/**
 * Counts the messages that workers have sent home, for a main thread that waits for one in its exit handler, where no
 * event loop runs. One for all workers of a thread: it waits for whichever comes first.
 */
export const replySignal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
