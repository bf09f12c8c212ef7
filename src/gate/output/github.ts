import { appendFile } from 'node:fs/promises';
import type { GateResult, GateVerdict } from '../gate-result.js';
import { writeMarkdownReport } from './markdown-report.js';

const COMMANDS: Readonly<Record<GateVerdict, string>> = {
  holds: 'notice',
  regressed: 'error',
  'cannot judge': 'error',
};

/**
 * Shows the verdict on the page of a GitHub run, where the gate runs in one: an annotation and the job's summary.
 *
 * @param isTolerated the job goes on although nothing could be judged.
 */
export async function annotateGithub(
  result: GateResult,
  isTolerated: boolean,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  if (environment['GITHUB_ACTIONS'] !== 'true') return;
  const command = isTolerated ? 'warning' : COMMANDS[result.verdict];
  process.stdout.write(`::${command} title=offloop gate::${escapeMessage(result.sentence)}\n`);
  if (result.hint !== null) process.stdout.write(`::warning title=offloop gate::${escapeMessage(result.hint)}\n`);
  const summaryFile = environment['GITHUB_STEP_SUMMARY'];
  if (summaryFile) await appendFile(summaryFile, writeMarkdownReport(result));
}

/** As GitHub's own toolkit does. */
function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
