import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { GateError } from '../gate-error.js';

/** @throws {GateError} where a file can't be written, as far as that shows before it is. */
export function expectWritableFile(file: string): void {
  if (existsSync(file)) {
    if (statSync(file).isDirectory()) throw new GateError(`can't write to ${file}: expected a file, it is a folder`);
    expectWritable(file, 'a file that may be written');
  } else {
    expectWritable(dirname(resolve(file)), 'a folder that exists and may be written');
  }
}

function expectWritable(path: string, expected: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new GateError(`can't write to ${path}: expected ${expected}`, { cause: error });
  }
}
