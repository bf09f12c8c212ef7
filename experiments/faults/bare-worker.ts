// A worker thread with nothing of offloop in it, which dies when told to.
import { parentPort } from 'node:worker_threads';
import { DEATHS, type DeathName } from './deaths.js';

parentPort?.on('message', (death: DeathName) => DEATHS[death]());
