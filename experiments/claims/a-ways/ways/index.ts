import type { CaseName } from '../cases.js';
import type { StartWay } from './way.js';

type Load = () => Promise<{ readonly start: StartWay }>;

const plain: Load = () => import('./plain.js');
const langChain: Load = () => import('./lang-chain.js');
const aiSdk: Load = () => import('./ai-sdk.js');

/** Loads the modules of that way only. */
export const LOAD_WAY: Readonly<Record<CaseName, Load>> = {
  none: plain,
  'none again': plain,
  'none, LangChain': langChain,
  'none, AI SDK': aiSdk,
  'A1 v3 client': () => import('./v3-client.js'),
  'A1b startObservation': () => import('./start-observation.js'),
  'A2 observe': () => import('./observe.js'),
  'A2+A1 mixed': () => import('./observe-with-updates.js'),
  'A3 observeOpenAI': () => import('./observe-openai.js'),
  'A4 CallbackHandler': langChain,
  'A5 startActiveSpan': () => import('./active-span.js'),
  'A6 http and undici': () => import('./auto-instrumentation.js'),
  'A7 AI SDK telemetry': aiSdk,
};
