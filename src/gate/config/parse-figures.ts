import { OffloopConfigError } from '../../errors.js';
import { FIGURE_NAMES, type FigureName } from '../figures.js';
import { expectFields, expectNumber, orDefault } from './checks.js';
import { DEFAULTS, type FigureRule, type GateConfig, hasMargin } from './gate-config.js';
import { AMOUNT } from './ranges.js';

const RULE_KEYS = ['absoluteMargin', 'relativeMargin', 'budget'] as const;

/**
 * What is judged. A reference is never run for nothing: where no figure has a margin, the arrival-weighted p99 gets the
 * default ones.
 *
 * @throws {OffloopConfigError} naming the key, what was expected and what came.
 */
export function parseFigures(
  value: unknown,
  { reference, load }: Pick<GateConfig, 'reference' | 'load'>,
): GateConfig['figures'] {
  if (value === undefined) {
    if (reference !== null) return DEFAULTS.figures;
    throw new OffloopConfigError(
      'reference',
      'expected ref, variant or baseline, or figures with a budget, got nothing',
    );
  }
  const fields = expectFields('figures', value, FIGURE_NAMES);
  const named = FIGURE_NAMES.filter((figure) => fields[figure] !== undefined);
  if (named.length === 0) {
    throw new OffloopConfigError('figures', `expected one of ${FIGURE_NAMES.join(', ')}, got none`);
  }
  if (load.type === 'command' && named.includes('latencyP99Millis')) {
    throw new OffloopConfigError(
      'figures.latencyP99Millis',
      'expected a load by load.url, got load.command, whose requests have no latency here',
    );
  }
  const rules: GateConfig['figures'] = Object.fromEntries(
    named.map((figure) => [figure, parseRule(figure, fields[figure], reference)]),
  );
  if (reference === null || Object.values(rules).some(hasMargin)) return rules;
  const budget = rules.arrivalWeightedP99Millis?.budget ?? null;
  return { ...rules, arrivalWeightedP99Millis: { ...DEFAULTS.figures.arrivalWeightedP99Millis, budget } };
}

function parseRule(figure: FigureName, value: unknown, reference: GateConfig['reference']): FigureRule {
  const key = `figures.${figure}`;
  const fields = expectFields(key, value, RULE_KEYS);
  const read = (name: (typeof RULE_KEYS)[number]) =>
    orDefault(fields[name], null, (amount) => expectNumber(`${key}.${name}`, amount, AMOUNT));
  const rule = {
    absoluteMargin: read('absoluteMargin'),
    relativeMargin: read('relativeMargin'),
    budget: read('budget'),
  };
  if (Object.values(rule).every((amount) => amount === null)) {
    throw new OffloopConfigError(key, `expected one of ${RULE_KEYS.join(', ')}, got none`);
  }
  if (reference === null && (hasMargin(rule) || rule.budget === null)) {
    throw new OffloopConfigError(key, 'expected a budget and no margin where there is no reference, got a margin');
  }
  return rule;
}
