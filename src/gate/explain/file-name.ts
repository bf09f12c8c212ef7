import { fileURLToPath } from 'node:url';
import { findWithin } from '../run/arm-environment.js';

/** A script's URL as it is shown: see {@link FunctionPlace.file}. Without its query, which may hold anything. */
export function nameFile(url: string, rootFolder: string): string | null {
  if (url === '') return null;
  // The rest is the script itself.
  if (/^data:/i.test(url)) return 'data:';
  const path = withoutControls(toPath(url));
  const [inPackages] = /node_modules[\\/](?!.*node_modules[\\/]).+$/.exec(path) ?? [];
  return (inPackages ?? findOwn(path, rootFolder)).replaceAll('\\', '/');
}

/** A package by its name and the file's; whatever is too long by its end. */
export function shortenFile(file: string, maxLength: number): string {
  const [, packageName, rest = ''] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(file) ?? [];
  const folders = rest.split('/');
  const short =
    packageName === undefined ? file : [packageName, ...(folders.length > 1 ? ['…'] : []), folders.at(-1)].join('/');
  return short.length <= maxLength ? short : `…${short.slice(short.length - maxLength + 1)}`;
}

/** Nothing that a terminal would obey. */
export function withoutControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

function findOwn(path: string, rootFolder: string): string {
  // `node:fs`, `evalmachine.<anonymous>`: no path.
  return /^([\\/]|[a-z]:[\\/])/i.test(path) ? (findWithin(rootFolder, path) ?? path) : path;
}

function toPath(url: string): string {
  const [address = ''] = url.split(/[?#]/, 1);
  if (!url.startsWith('file:')) return address;
  try {
    return fileURLToPath(address);
  } catch {
    return address;
  }
}
