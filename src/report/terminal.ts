import { styleText } from 'node:util';

/** What a drawing may use. */
export interface Terminal {
  /** Block characters and box lines; plain ASCII otherwise. */
  readonly unicode: boolean;
  /** Bold and dim; nothing but text otherwise. */
  readonly styled: boolean;
}

/** How wide every drawing and table is at most. */
export const COLUMN_COUNT = 80;

/** Finds out what an output can show; a log or pipe gets no control characters. */
export function describeTerminal(
  output: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): Terminal {
  const { NO_COLOR: noColor, TERM: term, WT_SESSION: windowsTerminal } = environment;
  return {
    // Any other Windows console may still be on a code page of its own.
    unicode: platform === 'win32' ? Boolean(windowsTerminal) : term !== 'linux' && hasUtf8Locale(environment),
    styled: output.isTTY === true && !noColor && term !== 'dumb',
  };
}

/** Applies a style where the terminal has styles. */
export function style(terminal: Terminal, format: 'bold' | 'dim', text: string): string {
  // Whether styles are wanted is already decided; styleText would decide again, by standard output (Node 22.13).
  return terminal.styled ? styleText(format, text, { validateStream: false }) : text;
}

/** POSIX: the first of these that is set and not empty decides. */
function hasUtf8Locale({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
