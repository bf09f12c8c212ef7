/**
 * All answered requests of which spans must have come: those of rehearsals, warm-ups and trials under the profiler too,
 * which the gate does not count, or a loss of as many would go unnoticed.
 *
 * @param result What `--json` wrote.
 * @param arms Those that export.
 */
export function countExportedRequests({ result: { config, trials, explanation }, arms }) {
  const own = trials.filter(({ arm }) => arms.includes(arm));
  // It may have ended before anything was rehearsed.
  if (own.length === 0) return 0;
  const countDue = (millis) => Math.round((config.load.requestsPerSecond * millis) / 1000);
  const { warmUpMillis, measuredMillis } = config.trial;
  const measuredCount = own.reduce((sum, { load }) => sum + load.succeededRequestCount, 0);
  // A rehearsal is as long as a warm-up.
  const warmUpCount = (own.length + arms.length) * countDue(warmUpMillis);
  const profiledCount = arms.filter((arm) => isProfiled(explanation, arm)).length;
  return measuredCount + warmUpCount + profiledCount * (countDue(warmUpMillis) + countDue(measuredMillis));
}

function isProfiled(explanation, arm) {
  return explanation?.status === 'explained' && (arm === 'candidate' || explanation.isCompared);
}
