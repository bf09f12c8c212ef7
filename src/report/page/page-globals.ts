/** What the page's script uses of the browser and of Observable Plot; the package is compiled without the DOM's types. */

export interface PageElement {
  readonly clientWidth: number;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  className: string;
  textContent: string | null;
  value: string;
  readonly style: { setProperty(name: string, value: string): void };
  append(...children: readonly (PageElement | string)[]): void;
  replaceChildren(...children: readonly PageElement[]): void;
  querySelector(selector: string): PageElement | null;
  addEventListener(type: string, listener: () => void): void;
}

export interface Page {
  getElementById(id: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  createElement(name: string): PageElement;
}

export interface Mark {
  readonly data: unknown;
}

export type MarkOptions = Readonly<Record<string, unknown>>;

type MakeMark = (data: readonly unknown[], options?: MarkOptions) => Mark;

export interface PlotLibrary {
  plot(options: MarkOptions & { readonly marks: readonly Mark[] }): PageElement;
  pointer(options: MarkOptions): MarkOptions;
  readonly line: MakeMark;
  readonly dot: MakeMark;
  readonly rect: MakeMark;
  readonly barX: MakeMark;
  readonly ruleX: MakeMark;
  readonly ruleY: MakeMark;
  readonly text: MakeMark;
  readonly tip: MakeMark;
}
