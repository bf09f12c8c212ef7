import { describe, expect, it } from 'vitest';
import { describeTerminal, style } from './terminal.js';

const UTF8 = { LANG: 'en_US.UTF-8' };

describe('describeTerminal', () => {
  it('draws Unicode where the locale is UTF-8, on a terminal or not', () => {
    expect(describeTerminal({}, UTF8, 'linux').unicode).toBe(true);
    expect(describeTerminal({}, { LC_ALL: 'C', ...UTF8 }, 'linux').unicode).toBe(false);
    expect(describeTerminal({}, { LC_CTYPE: 'C.utf8', LANG: 'C' }, 'linux').unicode).toBe(true);
    expect(describeTerminal({}, {}, 'linux').unicode).toBe(false);
    expect(describeTerminal({}, { ...UTF8, TERM: 'linux' }, 'linux').unicode).toBe(false);
    expect(describeTerminal({}, UTF8, 'win32').unicode).toBe(false);
    expect(describeTerminal({}, { WT_SESSION: 'x' }, 'win32').unicode).toBe(true);
  });

  it('styles text on a terminal only, and not where NO_COLOR is set', () => {
    expect(describeTerminal({ isTTY: true }, UTF8, 'linux').styled).toBe(true);
    expect(describeTerminal({ isTTY: false }, UTF8, 'linux').styled).toBe(false);
    expect(describeTerminal({ isTTY: true }, { NO_COLOR: '1' }, 'linux').styled).toBe(false);
    expect(describeTerminal({ isTTY: true }, { TERM: 'dumb' }, 'linux').styled).toBe(false);
  });
});

describe('style', () => {
  it('adds escape codes only where they are wanted', () => {
    expect(style({ unicode: true, styled: true }, 'bold', 'x')).toBe('\u001b[1mx\u001b[22m');
    expect(style({ unicode: true, styled: false }, 'bold', 'x')).toBe('x');
  });
});
