import { logDiag } from '../diag-log.js';
import { readIntegerFromEnvironment } from '../option-checks.js';

/** The samplers that every SDK package exports. */
export interface SamplerClasses {
  readonly AlwaysOnSampler: new () => object;
  readonly AlwaysOffSampler: new () => object;
  readonly TraceIdRatioBasedSampler: new (ratio: number) => object;
  readonly ParentBasedSampler: new (options: { root: object }) => object;
}

const PARENT_BASED = 'parentbased_';
const DEFAULT_RATIO = 1;

const SPAN_LIMITS = {
  attributeCountLimit: ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  attributeValueLengthLimit: ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
  eventCountLimit: ['OTEL_SPAN_EVENT_COUNT_LIMIT'],
  linkCountLimit: ['OTEL_SPAN_LINK_COUNT_LIMIT'],
  attributePerEventCountLimit: ['OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT', 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'],
  attributePerLinkCountLimit: ['OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT', 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'],
};

/** The sampler of `OTEL_TRACES_SAMPLER`; undefined for the SDK's default, which a bad value leaves, with a diag warning. */
export function createSampler(classes: SamplerClasses, environment: NodeJS.ProcessEnv): object | undefined {
  const name = environment['OTEL_TRACES_SAMPLER']?.trim();
  if (!name) return undefined;
  const isParentBased = name.startsWith(PARENT_BASED);
  const root = createRootSampler(classes, isParentBased ? name.slice(PARENT_BASED.length) : name, environment);
  if (root === undefined) {
    logDiag(
      'warn',
      `OTEL_TRACES_SAMPLER: expected always_on, always_off or traceidratio, each with or without ${PARENT_BASED} before ` +
        `it, got '${name}'; ignored`,
    );
    return undefined;
  }
  return isParentBased ? new classes.ParentBasedSampler({ root }) : root;
}

/** Only what the environment sets: the SDK has the defaults. */
export function readSpanLimits(environment: NodeJS.ProcessEnv): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const [limit, variables] of Object.entries(SPAN_LIMITS)) {
    const values = variables.map((variable) => readIntegerFromEnvironment(environment, variable, { min: 0 }));
    const value = values.find((candidate) => candidate !== undefined);
    if (value !== undefined) limits[limit] = value;
  }
  return limits;
}

function createRootSampler(classes: SamplerClasses, name: string, environment: NodeJS.ProcessEnv): object | undefined {
  switch (name) {
    case 'always_on':
      return new classes.AlwaysOnSampler();
    case 'always_off':
      return new classes.AlwaysOffSampler();
    case 'traceidratio':
      return new classes.TraceIdRatioBasedSampler(readRatio(environment));
    default:
      return undefined;
  }
}

function readRatio(environment: NodeJS.ProcessEnv): number {
  const text = environment['OTEL_TRACES_SAMPLER_ARG']?.trim();
  if (!text) return DEFAULT_RATIO;
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  logDiag('warn', `OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got '${text}'; using ${DEFAULT_RATIO}`);
  return DEFAULT_RATIO;
}
