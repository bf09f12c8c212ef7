import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { GateConfig, ReadyCondition } from '../config/gate-config.js';

const POLL_INTERVAL_MILLIS = 25;
const ANSWER_TIMEOUT_MILLIS = 2_000;

/** What to wait for, once; the line is looked for by whoever reads the service's output. */
export async function waitUntilReady(
  ready: Exclude<ReadyCondition, { readonly type: 'line' }>,
  signal: AbortSignal,
): Promise<void> {
  const check = ready.type === 'url' ? () => answers(ready.url) : () => takesConnections('localhost', ready.port);
  while (!signal.aborted && !(await check())) await delay(POLL_INTERVAL_MILLIS);
}

export function describeReady(ready: ReadyCondition): string {
  switch (ready.type) {
    case 'url':
      return `an answer with a status from 200 to 399 from ${ready.url}`;
    case 'line':
      return `a line with '${ready.line}'`;
    case 'port':
      return `port ${ready.port} to take connections`;
    default: {
      const unknown: never = ready;
      throw new TypeError(`expected a condition, got ${JSON.stringify(unknown)}`);
    }
  }
}

/** Where the service will listen, as far as the config tells; none twice. */
export function listAddresses({ service, load }: Pick<GateConfig, 'service' | 'load'>): readonly URL[] {
  const urls = [
    ...(service.ready.type === 'url' ? [service.ready.url] : []),
    ...(service.ready.type === 'port' ? [`http://localhost:${service.ready.port}`] : []),
    ...(load.type === 'http' ? [load.url] : []),
  ].map((url) => new URL(url));
  return urls.filter((url, index) => urls.findIndex(({ host }) => host === url.host) === index);
}

/** The first of them that somebody listens on already. */
export async function findTaken(addresses: readonly URL[]): Promise<URL | undefined> {
  for (const address of addresses) {
    const { hostname, port, protocol } = address;
    const isTaken = await takesConnections(
      hostname.replace(/^\[|\]$/g, ''),
      Number(port || (protocol === 'https:' ? 443 : 80)),
    );
    if (isTaken) return address;
  }
  return undefined;
}

function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_TIMEOUT_MILLIS });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    // A socket may be given the very port it asks for as its own, and then meets itself.
    socket.once('connect', () => settle(socket.localPort !== socket.remotePort));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

function answers(url: string): Promise<boolean> {
  const client = new URL(url).protocol === 'https:' ? https : http;
  return new Promise((resolve) => {
    // No agent: a connection that is kept would lie in the way of the service's end.
    const request = client.get(url, { agent: false, timeout: ANSWER_TIMEOUT_MILLIS }, ({ statusCode = 0 }) => {
      request.destroy();
      resolve(statusCode >= 200 && statusCode < 400);
    });
    request.once('error', () => resolve(false));
    request.once('timeout', () => {
      request.destroy();
      resolve(false);
    });
  });
}
