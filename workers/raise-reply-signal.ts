/** Tells a service that waits in its exit handler that there is something to read. @param replySignal see `ConnectTask` */
export function raiseReplySignal(replySignal: Int32Array): void {
  Atomics.add(replySignal, 0, 1);
  Atomics.notify(replySignal, 0);
}
