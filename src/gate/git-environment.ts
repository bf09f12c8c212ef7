import { execFileSync } from 'node:child_process';

/** How git is to work, and not where: by them a runner may declare its checkout safe. */
const SETTINGS: ReadonlySet<string> = new Set(['GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_COUNT']);

let names: ReadonlySet<string> | undefined;

/** Whether git ties a hook's commands to one checkout, its index or its objects by it. None does where there is no git. */
export function isCheckoutVariable(name: string): boolean {
  names ??= new Set(askGit());
  return names.has(name) && !SETTINGS.has(name);
}

/** What git must run with to find the checkout that it is started in, and to use that one's own index. */
export function leaveCheckout(environment: Readonly<NodeJS.ProcessEnv> = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isCheckoutVariable(name)));
}

function askGit(): string[] {
  try {
    const args = ['rev-parse', '--local-env-vars'];
    const printed = execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return printed.trim().split('\n');
  } catch {
    return [];
  }
}
