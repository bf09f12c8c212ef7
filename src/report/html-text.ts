/** Text that is HTML already. Plain text can't pass for it by mistake. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** Marks text as HTML that is written in this package; never what came from outside. */
  static trust(text: string): Html {
    return new Html(text);
  }
}

type HtmlValue = string | number | Html | readonly Html[];

/** A template of HTML in which every value is escaped, unless it is HTML itself. Attributes must stand in quotes. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.trust(String.raw({ raw: literals }, ...values.map(writeValue)));
}

function writeValue(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map(({ text }) => text).join('\n');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * A value as JSON that may stand in a `<script>`: without `<` it can neither end the element nor open a comment.
 */
export function scriptJson(value: unknown): Html {
  return Html.trust(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
