import { logDiag } from '../diag-log.js';
import { findInstalled, load } from './installed-packages.js';

type Create = new (options?: object) => object;

interface B3Exports {
  readonly B3Propagator: Create;
  readonly B3InjectEncoding: { readonly MULTI_HEADER: unknown };
}

/** What `@opentelemetry/core` exports. */
export interface PropagatorClasses {
  readonly W3CTraceContextPropagator: Create;
  readonly W3CBaggagePropagator: Create;
  readonly CompositePropagator: Create;
}

const VARIABLE = 'OTEL_PROPAGATORS';
const B3_PACKAGE = '@opentelemetry/propagator-b3';
const DEFAULT_NAMES = ['tracecontext', 'baggage'];

/** The propagators that `OTEL_PROPAGATORS` names; `null` for none. One that can't be had is a diag warning, as in the SDK. */
export function createPropagator(classes: PropagatorClasses, environment: NodeJS.ProcessEnv): object | null {
  const list = (environment[VARIABLE] ?? '').split(',').map((name) => name.trim());
  const names = new Set(list.filter((name) => name !== ''));
  if (names.has('none')) return null;
  const wanted = names.size === 0 ? DEFAULT_NAMES : [...names];
  const propagators = wanted.flatMap((name) => createByName(name, classes) ?? []);
  return propagators.length === 0 ? null : new classes.CompositePropagator({ propagators });
}

function createByName(name: string, classes: PropagatorClasses): object | undefined {
  switch (name) {
    case 'tracecontext':
      return new classes.W3CTraceContextPropagator();
    case 'baggage':
      return new classes.W3CBaggagePropagator();
    case 'b3':
    case 'b3multi': {
      const file = findInstalled(B3_PACKAGE);
      if (file === undefined) break;
      const { B3Propagator, B3InjectEncoding } = load<B3Exports>(file);
      return new B3Propagator(name === 'b3' ? {} : { injectEncoding: B3InjectEncoding.MULTI_HEADER });
    }
  }
  logDiag('warn', `${VARIABLE}: '${name}' can't be had here; install @opentelemetry/sdk-node, or ${B3_PACKAGE} for b3`);
  return undefined;
}
