import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { sayCounts } from './count-lines.js';
import { Sink } from './sink.js';
import { SinkError } from './sink-error.js';
import { describeSinkFlags, SINK_FLAGS, type SinkOptions, toSinkOptions } from './sink-options.js';
import type { SinkMessage } from './sink-protocol.js';

const HELP = `Usage: offloop sink [options]

Receives traces over OTLP/HTTP (protobuf or JSON, gzip), counts them and says how many came.

Options:
${describeSinkFlags().join('\n')}
  --json                      print only that it is listening, as a line of JSON
  --help                      show this

GET /control/report has the counts; PUT /control/behaviour makes it answer late, wrongly or not at all.
Ends on SIGINT or SIGTERM.
`;

/**
 * `offloop sink`: listens until it is told to end.
 *
 * @returns the exit code: 0 when it was told to end, 1 when it can't listen, 2 on a wrong option.
 */
export async function runSink(args: string[]): Promise<number> {
  try {
    const { help, json, options } = parseSinkArgs(args);
    if (help) {
      process.stdout.write(HELP);
      return 0;
    }
    const sink = await Sink.listen(options);
    const ended = waitForEnd();
    announce(sink, json);
    // Whoever reads may have read enough; the sink goes on.
    process.stdout.on('error', () => {});
    const say = (line: string) => void process.stdout.write(`offloop sink: ${line}\n`);
    // For people: a program asks for the report.
    const isSilent = json || process.connected || options.decode === 'deferred';
    const endCounts = isSilent ? () => {} : sayCounts(() => sink.receivedSpanCount, say);
    await ended;
    await sink.close();
    endCounts();
    return 0;
  } catch (error) {
    if (!(error instanceof SinkError)) throw error;
    process.stderr.write(`offloop sink: ${error.message}\n`);
    send({ type: 'failed', code: error.code, message: error.message });
    return error.code === 'ERR_SINK_OPTION' ? 2 : 1;
  } finally {
    // An open channel to a parent would keep the process alive.
    if (process.connected) process.disconnect();
  }
}

function parseSinkArgs(args: string[]): { help: boolean; json: boolean; options: SinkOptions } {
  const flags = { ...SINK_FLAGS, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values } = parseArgs({ args, options: flags, strict: true });
    return { help: values.help === true, json: values.json === true, options: toSinkOptions(values) };
  } catch (error) {
    // The message goes on with advice that is about parseArgs rather than about the sink.
    const problem = (error as Error).message.split(/[.\n]/, 1)[0];
    throw new SinkError('ERR_SINK_OPTION', `${problem}. Run: offloop sink --help`, { cause: error });
  }
}

function announce(sink: Sink, json: boolean): void {
  const { url, tracesUrl, controlUrl } = sink;
  const message: SinkMessage = { type: 'listening', url, tracesUrl, controlUrl };
  const text = `offloop sink: listening on ${url} (traces ${tracesUrl}, report ${controlUrl}/report)`;
  process.stdout.write(`${json ? JSON.stringify(message) : text}\n`);
  send(message);
}

function send(message: SinkMessage): void {
  process.send?.(message);
}

/** Resolves on a signal, or when the parent that forked the sink is gone: no sink outlives the lab that started it. */
async function waitForEnd(): Promise<void> {
  const listening = new AbortController();
  const { signal } = listening;
  const ends = [once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })];
  if (process.connected) ends.push(once(process, 'disconnect', { signal }));
  await Promise.race(ends);
  // Takes the other listeners off; what is aborted rejects, and nobody waits for it any more.
  for (const end of ends) end.catch(() => {});
  listening.abort();
}
