import type { WriteStream } from 'node:tty';
import { COLUMN_COUNT, describeTerminal, type Terminal } from '../report/terminal.js';
import type { ProbedThread } from './record-folder.js';
import { drawThread, listWorst, writeThreadTable } from './thread-report.js';

const MAX_TABLE_THREAD_COUNT = 3;
/** A rule, the drawing of one thread, the table's head and its lines. */
const LINE_COUNT = 1 + 8 + 2 + MAX_TABLE_THREAD_COUNT;
/** What the program's own output needs at the least. */
const MIN_PROGRAM_LINE_COUNT = 8;

const ESC = '\u001b';
const SAVE_CURSOR = `${ESC}7`;
const RESTORE_CURSOR = `${ESC}8`;
const CLEAR_LINE = `${ESC}[2K`;
const moveTo = (row: number): string => `${ESC}[${row};1H`;

/**
 * Shows the threads in the terminal's last lines while the program's output scrolls above them: the terminal itself
 * keeps the two apart, so the program writes to it as ever.
 */
export class LivePanel {
  readonly #output: WriteStream;
  readonly #terminal: Terminal;
  readonly #fit = (): void => this.#reserve();
  #rowCount = 0;
  #isOpen = true;

  private constructor(output: WriteStream, terminal: Terminal) {
    this.#output = output;
    this.#terminal = terminal;
    // Room first: the cursor may be in the lines that are about to be the panel's.
    output.write(`${'\n'.repeat(LINE_COUNT)}${ESC}[${LINE_COUNT}A`);
    this.#reserve();
    output.on('resize', this.#fit);
  }

  /** Nothing where the output is no terminal, a dumb one, or too small for a panel beside the program's own lines. */
  static openOn(output: WriteStream): LivePanel | undefined {
    const terminal = describeTerminal(output);
    const fits = output.rows >= LINE_COUNT + MIN_PROGRAM_LINE_COUNT && output.columns >= COLUMN_COUNT;
    return output.isTTY && process.env['TERM'] !== 'dumb' && fits ? new LivePanel(output, terminal) : undefined;
  }

  draw(threads: readonly ProbedThread[]): void {
    const [worst] = listWorst(threads);
    if (!worst) return;
    const shown = listWorst(threads).slice(0, MAX_TABLE_THREAD_COUNT);
    const moreCount = threads.length - shown.length;
    const rule = (this.#terminal.unicode ? '─' : '-').repeat(2);
    const title = `${rule} offloop probe${moreCount > 0 ? `, ${moreCount} more` : ''} `;
    const lines = [
      title + (this.#terminal.unicode ? '─' : '-').repeat(COLUMN_COUNT - title.length),
      ...drawThread(worst, this.#terminal).split('\n'),
      ...writeThreadTable(shown, this.#terminal).split('\n'),
    ];
    this.#write(lines);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.off('resize', this.#fit);
    this.#write([]);
    this.#output.write(`${SAVE_CURSOR}${ESC}[r${RESTORE_CURSOR}`);
  }

  /** One write: what the program writes at the same time must not come in between. */
  #write(lines: readonly string[]): void {
    const first = this.#rowCount - LINE_COUNT + 1;
    const rows = Array.from(
      { length: LINE_COUNT },
      (_, index) => moveTo(first + index) + CLEAR_LINE + (lines[index] ?? ''),
    );
    this.#output.write(SAVE_CURSOR + rows.join('') + RESTORE_CURSOR);
  }

  #reserve(): void {
    this.#rowCount = this.#output.rows;
    // Setting the region moves the cursor to its corner.
    this.#output.write(`${SAVE_CURSOR}${ESC}[1;${this.#rowCount - LINE_COUNT}r${RESTORE_CURSOR}`);
  }
}
