import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

let channel: MessageChannel | undefined;

/**
 * Moves a port to this same thread, which can't be done once its other end is gone and all that came from there is read. So
 * an exit handler, in which no port is ever told that it was closed, finds out that a thread is no more.
 *
 * @returns the port as it is from now on, without listeners; undefined when its other end is gone
 */
export function movePort(port: MessagePort): MessagePort | undefined {
  channel ??= new MessageChannel();
  try {
    channel.port1.postMessage(port, [port]);
  } catch {
    return undefined;
  }
  return receiveMessageOnPort(channel.port2)?.message as MessagePort;
}
