import { readFileSync } from 'node:fs';
import { Html, html, scriptJson } from './html-text.js';
import { PAGE_STYLE } from './page-style.js';

/** A page that needs no other file and no network. */
export interface HtmlPage {
  readonly title: string;
  /** Beside the style of every page. @default none */
  readonly style?: string;
  readonly body: Html;
  /** What its script finds as JSON in the element `chart-data`. */
  readonly data: unknown;
  /** One module of the page, cut into files: each uses those before it. Observable Plot is loaded before them. */
  readonly scriptUrls: readonly URL[];
}

/** Nothing is loaded from anywhere: what the page needs lies in it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/** Where the build puts the plotting library; the second needs the first. */
const LIBRARY_URLS = ['./vendor/d3.js', './vendor/plot.js'].map((path) => new URL(path, import.meta.url));

/** @throws {Error} when the build has not put the plotting library beside the program. */
export function writeHtmlPage({ title, style = '', body, data, scriptUrls }: HtmlPage): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${Html.trust(PAGE_STYLE + style)}</style>
</head>
<body>
<main>
${body}
</main>
<script type="application/json" id="chart-data">${scriptJson(data)}</script>
${LIBRARY_URLS.map((url) => html`<script>${Html.trust(readScript(url))}</script>`)}
<script type="module">${Html.trust(scriptUrls.map(readScript).map(joinModule).join('\n'))}</script>
</body>
</html>
`.text;
}

/** A page opened as a file may import no other, so the files become one: the names are the same in each. */
function joinModule(scriptText: string): string {
  return scriptText.replaceAll(/^import [^;]*;$/gm, '').replaceAll(/^export (?=const|function)/gm, '');
}

/** A script of ours or of the plotting library's, checked not to end its own element. */
function readScript(url: URL): string {
  const name = url.pathname.split('/').slice(-2).join('/');
  let text: string;
  try {
    text = readFileSync(url, 'utf8');
  } catch (error) {
    throw new Error(`expected ${name} beside the report's writer, found none; build with: npm run build`, {
      cause: error,
    });
  }
  const scriptText = text.replace(/^\/\/# sourceMappingURL=.*$/m, '').trim();
  if (/<\/script|<!--/i.test(scriptText)) throw new Error(`${name}: expected a script that can stand in a page`);
  return scriptText;
}
