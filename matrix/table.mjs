// Which check went how in which cell, 80 columns wide, with the reasons for those that can't be.
const NAME_WIDTH = 30;
const CELL_WIDTH = 6;

/** @param outcomes By the cell's name: `{ refusal }` or `{ checks: [{ name, problem, obstacle }] }`. */
export function formatTable(cells, outcomes) {
  const notes = [];
  const note = (reason) => {
    if (!notes.includes(reason)) notes.push(reason);
    return `(${notes.indexOf(reason) + 1})`;
  };
  const checks = new Set(cells.flatMap(({ name }) => (outcomes.get(name)?.checks ?? []).map((check) => check.name)));
  const rows = [...checks].map((check) => [
    check,
    ...cells.map(({ name }) => {
      const { refusal, checks: made = [] } = outcomes.get(name) ?? {};
      if (refusal !== undefined) return note(refusal);
      const result = made.find((candidate) => candidate.name === check);
      if (result === undefined) return '-';
      if (result.obstacle !== undefined) return note(result.obstacle);
      return result.problem === undefined ? 'ok' : 'FAIL';
    }),
  ]);
  const head = [
    ['SDK', ...cells.map(({ sdk }) => `${sdk.replace('sdk-', '')}.x`)],
    ['Node', ...cells.map(({ nodeVersion }) => nodeVersion.split('.')[0])],
  ];
  const lines = [...head, ...rows].map(formatRow);
  return [...lines, ...notes.map((reason, index) => `(${index + 1}) ${reason}`)].join('\n');
}

function formatRow([name, ...values]) {
  return `${name.padEnd(NAME_WIDTH)}${values.map((value) => value.padStart(CELL_WIDTH)).join('')}`;
}
