import { formatValue } from '../claims/claim-report.js';
import type { ComparisonTable } from '../report/comparison.js';
import { formatCount } from '../report/format-figure.js';
import { chanceToMeet } from './loop-waits.js';
import type { FanOut } from './simulate-fleet.js';
import { FLOOR, type FleetInputs } from './verdict.js';

const REQUEST_RATES = [1_000, 10_000, 100_000, 1_000_000] as const;

/** Of the table of rates. */
const SERVICES_PER_REQUEST = 30;

/** The simulated fleet as tables: a row an arm, a column a number of services. What lies below the floor says so. */
export function tabulateFleet(inputs: unknown): ComparisonTable[] {
  const { arms, longBlockMillis, requestsPerSecond } = inputs as FleetInputs;
  const table = (title: string, read: (fanOut: FanOut) => number): ComparisonTable => ({
    title,
    head: ['services', ...(arms[0]?.fanOuts.map(({ serviceCount }) => formatCount(serviceCount)) ?? [])],
    rows: markNoise(arms.map(({ label, fanOuts }) => ({ label, values: fanOuts.map(read) }))).map(
      ({ label, values }) => [label, ...values.map(formatValue)],
    ),
  });
  const rates = arms.map(({ label, longBlockFraction }) => ({
    label,
    values: REQUEST_RATES.map((rate) => Math.round(rate * chanceToMeet(longBlockFraction, SERVICES_PER_REQUEST))),
  }));
  return [
    table(`Meets a block over ${longBlockMillis} ms: of requests, %`, (own) => 100 * own.chanceToMeet),
    table('Services one after the other: p50 of what a request waits, ms', (own) => own.inTurnP50Millis),
    table('Services one after the other: p99, ms', (own) => own.inTurnP99Millis),
    table('Services all at once: p50 of what a request waits, ms', (own) => own.atOnceP50Millis),
    table('Services all at once: p99, ms', (own) => own.atOnceP99Millis),
    {
      title: `Requests a second that meet one, of a fleet's, each through ${SERVICES_PER_REQUEST} services`,
      head: ['requests/s', ...REQUEST_RATES.map(formatCount)],
      rows: [
        ...markNoise(rates).map(({ label, values }) => [label, ...values.map(formatCount)]),
        [
          `processes of ${requestsPerSecond} requests/s`,
          ...REQUEST_RATES.map((rate) => formatCount(Math.ceil((rate * SERVICES_PER_REQUEST) / requestsPerSecond))),
        ],
      ],
    },
  ];
}

interface Row {
  readonly label: string;
  readonly values: readonly number[];
}

/** Names the floor, and the rows that have a value below it: nobody waits less for exporting. */
function markNoise(rows: readonly Row[]): readonly Row[] {
  const floor = rows.find(({ label }) => label === FLOOR);
  if (floor === undefined) return rows;
  return rows.map(({ label, values }) => {
    if (label === FLOOR) return { label: `${label} (floor)`, values };
    const belowCount = values.filter((value, index) => value < (floor.values[index] ?? 0)).length;
    const mark = belowCount === 0 ? '' : belowCount === values.length ? ' (noise)' : ' (part noise)';
    return { label: `${label}${mark}`, values };
  });
}
