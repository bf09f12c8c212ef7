export const HELP = `Usage: offloop gate [options]

Runs a service and what it is compared with, in turn and under the same load,
and says whether requests wait longer for its event loop than before.

  exit code 0   holds
            1   regressed
            2   can't judge: too noisy, too few, wrong config, crash, interrupted

The config is offloop.gate.json; its schema is in the package. What is set here
counts in the place of what it says; of keys that exclude each other, as
reference.ref, variant and baseline do, it takes the config's others out.

  --config FILE               another config
  --set KEY=VALUE             over the config, e.g. --set trial.warmUpMillis=500
  --start COMMAND             service.command
  --ready-url URL             service.ready: answers
  --ready-line TEXT           service.ready: has printed it
  --ready-port PORT           service.ready: takes connections
  --load-url URL, --rate N    load: N requests/s to this URL
  --load-command COMMAND      load: a command of your own
  --ref REF                   reference: a git ref, in a worktree of its own
  --prepare COMMAND           ... which this makes ready to start
  --baseline FILE             reference: what --save wrote
  --margin-millis N           what the arrival-weighted p99 may rise by
  --budget-millis N           what it may be; where there is a reference too and
                              no figure has a margin, beside the default one

  --self-check                run the service against itself, and say what this
                              machine can resolve
  --save FILE                 store how the service stands to reference.variant
  --force                     ... over a file that is there
  --tolerate-noise            exit with 0 where this machine alone keeps it from
                              judging: too noisy
  --seed N                    fix the order of the trials and the load
  --explain, --no-explain     run both once more under a profiler, and name the
                              longest blocks, what ran in them, and the functions
                              that grew; by default where it regressed

  --json FILE, --markdown FILE, --junit FILE, --html FILE
                              write the result as well
  --help                      show this

In a GitHub workflow the verdict is also an annotation, and the table is added
to the job's summary.
`;
