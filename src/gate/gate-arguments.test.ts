import { describe, expect, it } from 'vitest';
import { findOutputs, parseGateArguments } from './gate-arguments.js';

const NONE = { json: null, markdown: null, junit: null, html: null };

describe('findOutputs', () => {
  it.each([
    [['--config', '--json', 'gate.json'], { json: 'gate.json' }],
    [['--json', '--html', 'gate.html'], { html: 'gate.html' }],
    [['--sett', '--junit=a=b.xml', 'stray', '--markdown', 'gate.md'], { junit: 'a=b.xml', markdown: 'gate.md' }],
    [['--json', 'a.json', '--json=b.json', '--html='], { json: 'b.json' }],
    [['--json'], {}],
  ])('finds in %j, which is wrong, %j', (args, outputs) => {
    expect(findOutputs(args)).toEqual({ ...NONE, ...outputs });
  });
});

describe('parseGateArguments', () => {
  it('names an unknown option whole', () => {
    expect(() => parseGateArguments(['--trial.measuredMillis=4000'])).toThrow(
      "Unknown option '--trial.measuredMillis'. Run: offloop gate --help",
    );
  });

  it.each(['json', 'markdown', 'junit', 'html', 'save'])('refuses a --%s without a name', (name) => {
    expect(() => parseGateArguments([`--${name}=`])).toThrow(
      `--${name}: expected the name of a file, got an empty text`,
    );
  });
});
