/** The languages of docs/findings.md and docs/findings.vi.md. */
export const LANGUAGES = ['en', 'vi'] as const;

export type Language = (typeof LANGUAGES)[number];

export type Texts = Readonly<Record<Language, string>>;

/** A line of a finding's table: a row of the claim's own tables, under a name that stands alone. */
export interface FindingRow {
  /** The title of one of the claim's tables. */
  readonly table: string;
  /** The label of one of its rows. */
  readonly label: string;
  readonly name: Texts;
}

/** What the two documents say of a claim: of all its rows, those that answer it. */
export interface Finding {
  /** As on the command line, such as `m5-get-client`. */
  readonly claim: string;
  /** What its figures are of, as the head of the rows' names. */
  readonly measures: Texts;
  readonly rows: readonly FindingRow[];
}

export const row = (table: string, label: string, en: string, vi: string): FindingRow => ({
  table,
  label,
  name: { en, vi },
});
