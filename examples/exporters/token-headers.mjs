// A bearer token that is read again when the file with it changes, as a secret that is mounted into a container does:
//
//   new WorkerSpanProcessor({
//     exporter: { url, headersModule: { module: new URL('./token-headers.mjs', import.meta.url) } },
//   });
import { readFile, stat } from 'node:fs/promises';

const path = process.env.TRACES_TOKEN_FILE ?? '/var/run/secrets/traces/token';
let readAtMillis;
let token;

export default async function readHeaders() {
  const { mtimeMs } = await stat(path);
  if (mtimeMs !== readAtMillis) {
    token = (await readFile(path, 'utf8')).trim();
    readAtMillis = mtimeMs;
  }
  return { authorization: `Bearer ${token}` };
}
