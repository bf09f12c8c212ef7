/** What the page's script uses of the browser and of Observable Plot; the lab is compiled without the DOM's types. */
export interface HeatMapElement {
  readonly clientWidth: number;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  className: string;
  textContent: string | null;
  value: string;
  hidden: boolean;
  readonly style: { setProperty(name: string, value: string): void };
  append(...children: readonly HeatMapElement[]): void;
  replaceChildren(...children: readonly HeatMapElement[]): void;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
  querySelector(selector: string): HeatMapElement | null;
  querySelectorAll(selector: string): Iterable<HeatMapElement>;
  addEventListener(type: string, listener: () => void): void;
}

export interface HeatMapDocument {
  querySelector(selector: string): HeatMapElement | null;
  querySelectorAll(selector: string): Iterable<HeatMapElement>;
  createElement(name: string): HeatMapElement;
}

interface Mark {
  readonly data: unknown;
}

type Options = Readonly<Record<string, unknown>>;

export interface HeatMapPlot {
  plot(options: Options & { readonly marks: readonly Mark[] }): HeatMapElement;
  axisX(options: Options): Mark;
  cell(data: readonly unknown[], options: Options): Mark;
  text(data: readonly unknown[], options: Options): Mark;
}
