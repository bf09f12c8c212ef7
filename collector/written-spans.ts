import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { readRequest } from '../experiments/sink/read-request.js';

/** What a file exporter has written so far: a trace request in OTLP/JSON a line. The last line may be half there. */
export async function readWrittenSpans(file: string): Promise<ReceivedSpan[]> {
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines.flatMap((line) => readRequest(JSON.parse(line)));
}
