import { execFile, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface KeyPair {
  /** A file of PEM. */
  readonly certificate: string;
  /** A file of PEM. */
  readonly key: string;
}

export interface Certificates {
  /** Of the authority that signed the others. */
  readonly authority: string;
  /** For localhost. */
  readonly server: KeyPair;
  readonly client: KeyPair;
}

/** Node can read certificates and not make them. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Makes an authority and what it signs, valid for a day. @throws Without openssl. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true });
  const root = await makeAuthority(folder);
  return {
    authority: root.certificate,
    server: await makeKeyPair(folder, 'server', root, 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n'),
    client: await makeKeyPair(folder, 'client', root, 'extendedKeyUsage=clientAuth\n'),
  };
}

async function makeAuthority(folder: string): Promise<KeyPair> {
  const pair = nameFiles(folder, 'authority');
  await openssl('req', '-x509', '-days', '1', ...newKey(pair), '-subj', '/CN=authority', '-out', pair.certificate);
  return pair;
}

async function makeKeyPair(folder: string, name: string, authority: KeyPair, extensions: string): Promise<KeyPair> {
  const pair = nameFiles(folder, name);
  const [request, extensionFile] = [join(folder, `${name}.csr`), join(folder, `${name}.ext`)];
  await writeFile(extensionFile, extensions);
  await openssl('req', ...newKey(pair), '-subj', `/CN=${name}`, '-out', request);
  const signer = ['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial'];
  await openssl(
    'x509',
    '-req',
    '-days',
    '1',
    ...signer,
    '-extfile',
    extensionFile,
    '-in',
    request,
    '-out',
    pair.certificate,
  );
  return pair;
}

function nameFiles(folder: string, name: string): KeyPair {
  return { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
}

function newKey({ key }: KeyPair): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
}

async function openssl(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('openssl', args);
}
