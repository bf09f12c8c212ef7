import { getDefaultResultOrder } from 'node:dns';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { listWorkerFlags } from './worker-flags.js';

describe('of the flags of the process, the worker gets', () => {
  it('those of sockets, certificates, names and modules, the command line last', () => {
    const execArgv = ['--use-system-ca', '--dns-result-order', 'ipv4first', '--tls_min_v1.3', '-C', 'development'];
    expect(listWorkerFlags(execArgv, '--dns-result-order=verbatim --no-network-family-autoselection', false)).toEqual([
      '--dns-result-order=verbatim',
      '--no-network-family-autoselection',
      '--use-system-ca',
      '--dns-result-order=ipv4first',
      '--tls-min-v1.3',
      '--conditions=development',
    ]);
  });

  it('no preload, however it is written, and no flag of the whole process', () => {
    const execArgv = ['--import', 'offloop/register', '--require=./a.cjs', '-r', './b.cjs', '--loader', './c.mjs'];
    expect(listWorkerFlags(execArgv, '--use-openssl-ca --inspect --max-old-space-size=64', false)).toEqual([]);
    expect(listWorkerFlags(['--require', '--use-system-ca', '--import', '--tls-min-v1.3'], '', false)).toEqual([]);
  });

  it('what is in quotes as one word', () => {
    expect(listWorkerFlags([], '"--tls-keylog=/a \\"b\\"/keys" --require "x --use-system-ca"', false)).toEqual([
      '--tls-keylog=/a "b"/keys',
    ]);
  });

  it("Yarn's loaders, where there is Yarn's Plug'n'Play", () => {
    const nodeOptions = '--require "/my shop/.pnp.cjs" --experimental-loader file:///my/.pnp.loader.mjs -r ./own.cjs';
    expect(listWorkerFlags([], nodeOptions, false)).toEqual([]);
    expect(listWorkerFlags([], nodeOptions, true)).toEqual([
      '--require=/my shop/.pnp.cjs',
      '--experimental-loader=file:///my/.pnp.loader.mjs',
    ]);
  });

  it("Yarn's loader where the program has set Plug'n'Play up itself", () => {
    const find = () => '/no such shop/.pnp.cjs';
    expect(listWorkerFlags(['--use-system-ca'], '', true, find)).toEqual([
      '--use-system-ca',
      '--require=/no such shop/.pnp.cjs',
    ]);
    expect(listWorkerFlags([], '', true, () => undefined)).toEqual([]);
    expect(listWorkerFlags([], '', false, find)).toEqual([]);
  });
});

it('a thread obeys what it is given', async () => {
  const order = getDefaultResultOrder() === 'ipv4first' ? 'ipv6first' : 'ipv4first';
  const source = `require('worker_threads').parentPort.postMessage(require('dns').getDefaultResultOrder())`;
  const execArgv = listWorkerFlags(['--dns-result-order', order], '', false);
  expect(await once(new Worker(source, { eval: true, execArgv }), 'message')).toEqual([order]);
});
