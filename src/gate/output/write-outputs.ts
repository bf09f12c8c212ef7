import { writeFile } from 'node:fs/promises';
import { writeHtmlReport } from '../../report/html-report.js';
import type { GateOutputs } from '../gate-arguments.js';
import { describeProblem } from '../gate-error.js';
import type { GateResult } from '../gate-result.js';
import { describeGate } from './gate-document.js';
import { writeHtmlExplanation } from './html-explanation.js';
import { loadJunitBuilder, writeJunitReport } from './junit-report.js';
import { writeMarkdownReport } from './markdown-report.js';

const WRITERS: Readonly<Record<keyof GateOutputs, (result: GateResult) => string | Promise<string>>> = {
  json: (result) => `${JSON.stringify(result)}\n`,
  markdown: writeMarkdownReport,
  junit: async (result) => writeJunitReport(result, await loadJunitBuilder()),
  html: (result) => writeHtmlReport(describeGate(result), writeHtmlExplanation(result)),
};

/**
 * Writes each file that was asked for, also where nothing could be run, or what an earlier run left would pass for the
 * answer. One that can't be written keeps none of the others.
 *
 * @returns why a file can't be written, a line for each such file.
 */
export async function writeOutputs(result: GateResult, outputs: GateOutputs): Promise<string[]> {
  const problems: string[] = [];
  for (const name of Object.keys(WRITERS) as (keyof GateOutputs)[]) {
    const file = outputs[name];
    if (file === null) continue;
    try {
      await writeFile(file, await WRITERS[name](result));
    } catch (error) {
      problems.push(`${file} can't be written: ${describeProblem(error)}`);
    }
  }
  return problems;
}
