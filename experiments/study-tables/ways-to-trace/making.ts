/** Who makes a span. Each is called by another, so there is no sixth. */
export const MAKERS = ['your code', 'a wrapper', 'a callback', 'a patch', 'outside the process'] as const;

export type Maker = (typeof MAKERS)[number];

export const MAKER_TITLES: Readonly<Record<Maker, string>> = {
  'your code': 'your code calls the tracer',
  'a wrapper': 'a function put around yours, or around a client',
  'a callback': 'a callback that a framework calls',
  'a patch': 'a patch of a module, or a subscriber to its channel',
  'outside the process': 'something outside the process',
};

/** A row of a claim's own tables. */
export interface ClaimFigure {
  /** As on the command line. */
  readonly claim: string;
  /** The title of one of its tables. */
  readonly table: string;
  readonly label: string;
  /** What the figure is of. */
  readonly of: string;
}

export interface MakingLeaf {
  readonly maker: Maker;
  readonly way: string;
  /** Its figure, or why there is none. */
  readonly source: ClaimFigure | { readonly reason: string };
}

const counted = (label: string): ClaimFigure => ({
  claim: 'ways',
  table: 'What the document counts by: main-thread CPU added',
  label,
  of: `${label.split(', ')[1] ?? ''}, CPU`,
});

/** Axis A: every way to make spans. The names of the cases are those of the lab. */
export const MAKING_LEAVES: readonly MakingLeaf[] = [
  {
    maker: 'your code',
    way: 'A1: calls of the `langfuse` client, v3: `trace()`, `span()`, `generation()`, `event()`',
    source: counted('A1 v3 client, a call'),
  },
  {
    maker: 'your code',
    way: 'A1, v5: `startObservation()` of `@langfuse/tracing`',
    source: counted('A1b startObservation, a call'),
  },
  {
    maker: 'your code',
    way: 'the context manager `startActiveObservation()`',
    source: {
      claim: 'm2-nesting',
      table: 'A further child beside others, of 100: on the loop',
      label: 'startActiveObservation, none',
      of: 'a span, time on the loop',
    },
  },
  {
    maker: 'your code',
    way: 'A5: `startActiveSpan()` of `@opentelemetry/api`',
    source: counted('A5 startActiveSpan, a span'),
  },
  { maker: 'a wrapper', way: 'A2: `observe()` around a function', source: counted('A2 observe, a function') },
  {
    maker: 'a wrapper',
    way: 'A2 with A1: `observe()`, and updates of its span inside',
    source: counted('A2+A1 mixed, a function'),
  },
  {
    maker: 'a wrapper',
    way: 'A3: `observeOpenAI()` around the `openai` client',
    source: counted('A3 observeOpenAI, a call'),
  },
  {
    maker: 'a wrapper',
    way: '`observe` as a decorator of a class',
    source: { reason: '`@langfuse/tracing` exports a function; a decorator of it would wrap as A2 does' },
  },
  {
    maker: 'a callback',
    way: 'A4: `CallbackHandler` with LangChain',
    source: counted('A4 CallbackHandler, a step'),
  },
  {
    maker: 'a callback',
    way: "the Vercel AI SDK's telemetry",
    source: counted('A7 AI SDK telemetry, a call'),
  },
  {
    maker: 'a callback',
    way: "LlamaIndex's callbacks, and other frameworks'",
    source: { reason: 'a handler is called at each step, as by LangChain, which stands for the kind' },
  },
  {
    maker: 'a patch',
    way: "OpenTelemetry's instrumentation of `http` (patched) and `undici` (a channel)",
    source: counted('A6 http and undici, a span'),
  },
  {
    maker: 'a patch',
    way: 'OpenInference, OpenLLMetry: the module of the client patched',
    source: { reason: 'it is put around the same call as A3, by a patch as that of `http`' },
  },
  {
    maker: 'a patch',
    way: 'a start without code (`node --import`)',
    source: { reason: 'it loads patches such as that of `http`, and costs a request what they cost' },
  },
  {
    maker: 'outside the process',
    way: 'a proxy or gateway before the model',
    source: {
      reason: 'nothing of it runs on the loop; it sees calls and no steps, and each call goes one hop further',
    },
  },
  {
    maker: 'outside the process',
    way: 'eBPF',
    source: {
      reason: 'no JavaScript of it runs on the loop, a probe only; it sees requests and no steps of your code',
    },
  },
  {
    maker: 'outside the process',
    way: 'log lines that a collector makes into spans',
    source: { reason: 'the loop pays a logger, and no tracer' },
  },
];
