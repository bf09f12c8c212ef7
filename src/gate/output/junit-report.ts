import { stripVTControlCharacters } from 'node:util';
import type { Builder } from 'junit-report-builder';
import { FIGURES } from '../figures.js';
import { GateError } from '../gate-error.js';
import type { GateResult } from '../gate-result.js';
import { describeJudgements } from '../verdict/sentence.js';
import { writeTerminalExplanation } from './terminal-explanation.js';

const SUITE_NAME = 'offloop gate';
const PLAIN = { unicode: true, styled: false };
/** What XML has no way to hold. */
const NOT_XML = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
/** Of several the builder escapes the first alone. */
const CDATA_END = ']]>';

/** @throws {GateError} where junit-report-builder is not installed: only who asks for JUnit XML needs it. */
export async function loadJunitBuilder(): Promise<Builder> {
  try {
    // Its types speak of a default export within the default export; at run time there is one.
    const builder: unknown = (await import('junit-report-builder')).default;
    return (builder as Builder).newBuilder();
  } catch (error) {
    throw new GateError(
      '--junit is written with junit-report-builder, which was not found. ' +
        'Run: npm install --save-dev junit-report-builder',
      { cause: error },
    );
  }
}

/**
 * As JUnit XML: a test case a judged figure. Where it can't be judged, whatever its figures show, nothing is a failure, and
 * one more case, the verdict, is an error with the sentence.
 */
export function writeJunitReport(result: GateResult, builder: Builder): string {
  const { figures, verdict, hint, durationMillis, confidence } = result;
  const sentence = toXmlText(result.sentence);
  const why = toXmlText(writeTerminalExplanation(result.explanation, PLAIN).join('\n').trim());
  const seconds = durationMillis / 1_000;
  const suite = builder.testSuite().name(SUITE_NAME).time(seconds).timestamp(new Date(result.provenance.startedAt));
  const judged = result.mode === 'compare' ? figures.filter(({ outcome }) => outcome !== null) : [];
  const isJudged = verdict !== 'cannot judge';
  if (!isJudged || judged.length === 0) {
    const testCase = suite
      .testCase()
      .className(SUITE_NAME)
      .name('verdict')
      .time(judged.length === 0 ? seconds : 0);
    if (!isJudged) testCase.error(sentence);
    if (judged.length === 0 && why !== '') testCase.standardOutput(why);
  }
  // The run has one explanation: it stands where who looks for the cause looks first.
  const explained = judged.find(({ outcome }) => outcome === 'regressed') ?? judged[0];
  for (const [index, figure] of judged.entries()) {
    const ownWhy = figure === explained ? why : '';
    const testCase = suite
      .testCase()
      .className(SUITE_NAME)
      .name(FIGURES[figure.figure].label)
      .time(seconds / judged.length);
    const said = describeJudgements([figure], confidence ?? Number.NaN);
    const isFailure = isJudged && figure.outcome === 'regressed';
    if (isFailure) testCase.failure(said).stacktrace(ownWhy);
    // Not skipped: nobody looks at what was skipped, and it may well be a regression.
    else if (figure.outcome !== 'holds') testCase.error(said);
    const output = [
      ...(figure.outcome === 'holds' ? [said] : []),
      ...(index === 0 && hint !== null ? [hint] : []),
      ...(!isFailure && ownWhy !== '' ? [ownWhy] : []),
    ];
    if (output.length > 0) testCase.standardOutput(output.join('\n'));
  }
  return builder.build();
}

/** What a service printed, or named a function, may be any text. */
function toXmlText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(NOT_XML, '\ufffd').replaceAll(CDATA_END, ']] >');
}
