import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type LangfuseServerProcess, startLangfuseServerProcess } from '../langfuse-server/langfuse-server-process.js';
import { Child } from '../runner/child.js';
import type { Claim, ClaimTrial, Measured, TrialOrder } from './claim.js';
import type { TrialCommand, TrialMessage } from './trial.js';

/** The stand-ins that every trial of a run sends to. */
export type Servers = readonly [LangfuseServerProcess, LangfuseServerProcess];

/** Which trial of a run it is, and what its process is told beside the case and the stand-ins. */
export interface TrialPlan extends Omit<TrialOrder, 'case' | 'baseUrls'> {
  readonly caseName: string;
  readonly block: number;
}

const TIMEOUT_MILLIS = 180_000;

/** Spans are decoded once they are asked for: while a trial runs, the stand-ins take as little of the cores as they can. */
export async function startServers(): Promise<Servers> {
  const first = await startLangfuseServerProcess({ decode: 'deferred' });
  try {
    return [first, await startLangfuseServerProcess({ decode: 'deferred' })];
  } catch (error) {
    await first.stop();
    throw error;
  }
}

/** Measures a case in a fresh process and compares what arrived with what it made. A failure is a fault of the trial. */
export async function runTrial(
  claim: Pick<Claim, 'name' | 'measureUrl' | 'inspect'>,
  { caseName, block, ...order }: TrialPlan,
  servers: Servers,
): Promise<ClaimTrial> {
  for (const { client } of servers) await client.reset();
  const [first, second] = servers;
  const child = Child.start<TrialMessage>({
    name: `the trial (${claim.name}, ${caseName})`,
    moduleUrl: findBuilt(new URL('./trial-process.js', import.meta.url)),
    args: [
      JSON.stringify({
        measureUrl: findBuilt(claim.measureUrl).href,
        order: { ...order, case: caseName, baseUrls: [first.url, second.url] },
      } satisfies TrialCommand),
    ],
  });
  const trial = { case: caseName, block, figures: {} };
  try {
    const { outcome } = await child.receive('finished', TIMEOUT_MILLIS);
    if (outcome.status === 'failed') return { ...trial, faults: [outcome.message] };
    const { figures, made } = outcome.measured;
    const faults = await findFaults(made, servers);
    const inspected = await claim.inspect?.([first.client, second.client]);
    return { ...trial, figures: { ...figures, ...inspected }, faults };
  } catch (error) {
    return { ...trial, faults: [(error as Error).message] };
  } finally {
    await child.end();
  }
}

async function findFaults(made: Measured['made'], servers: Servers): Promise<string[]> {
  const reports = await Promise.all(servers.map(({ client }) => client.report()));
  const sum = (count: (report: (typeof reports)[number]) => number) =>
    reports.reduce((total, report) => total + count(report), 0);
  const spanCount = sum(({ traces }) => traces.spans.receivedCount);
  const eventCount = sum(({ ingestion }) => ingestion.receivedEventCount - ingestion.duplicateEventCount);
  return [
    ...(spanCount === made.spanCount ? [] : [`${made.spanCount} spans were made and ${spanCount} arrived`]),
    ...(eventCount === made.eventCount ? [] : [`${made.eventCount} events were made and ${eventCount} arrived`]),
  ];
}

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
function findBuilt(module: URL): URL {
  const isSource = import.meta.url.endsWith('.ts');
  const built = isSource ? new URL(module.href.replace('/experiments/', '/dist/experiments/')) : module;
  if (existsSync(fileURLToPath(built))) return built;
  throw new Error(`expected ${fileURLToPath(built)}; build it with: npm run build`);
}
