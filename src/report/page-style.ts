/**
 * Colors of Okabe and Ito, which people with any color vision tell apart, lightened for a dark page; the first arm, with
 * which the others are compared, has the color of the text. Dashes and symbols tell the arms apart without color.
 */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c1c1c; --faint: #5c5c5c; --line: #d5d5d5; --panel: #f5f5f5;
  --arm-0: #1c1c1c; --arm-1: #d55e00; --arm-2: #0072b2; --arm-3: #009e73;
  --arm-4: #b5588f; --arm-5: #b37a00; --arm-6: #3a9bd1; --arm-7: #7a6f00;
  --main-thread: #0072b2; --other-threads: #e69f00; --user: #b9b9b9; --kernel: #4d4d4d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161616; --ink: #ececec; --faint: #a8a8a8; --line: #3d3d3d; --panel: #232323;
    --arm-0: #ececec; --arm-1: #f0803c; --arm-2: #56b4e9; --arm-3: #1fc39a;
    --arm-4: #e29ac2; --arm-5: #e69f00; --arm-6: #3f8fc4; --arm-7: #f0e442;
    --main-thread: #56b4e9; --other-threads: #e69f00; --user: #6b6b6b; --kernel: #d0d0d0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 0.25rem; }
h1, h2, p, li, dd, summary { overflow-wrap: anywhere; }
p { margin: 0.25rem 0 0.75rem; max-width: 44rem; }
.finding { font-size: 1.1rem; }
.caption { color: var(--faint); }
figure { margin: 0; }
figure svg { --plot-background: var(--paper); display: block; max-width: 100%; overflow: visible; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.5rem 0; padding: 0; font-size: 0.875rem; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
.swatch { width: 0.9rem; height: 0.9rem; flex: none; }
.menu { font-size: 0.875rem; }
select { font: inherit; max-width: 100%; }
details { margin: 0.5rem 0; font-size: 0.875rem; }
summary { cursor: pointer; color: var(--faint); }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { font-weight: 600; min-width: 4rem; }
td:not(.text), th[scope='row'] { white-space: nowrap; }
th:first-child { position: sticky; left: 0; background: var(--paper); }
th:first-child, td.text { text-align: left; }
th:first-child { padding-left: 0; }
td.text { min-width: 14rem; }
@media (max-width: 30rem) {
  th, td { padding: 0.25rem 0.4rem; }
  th { min-width: 3rem; }
  th[scope='row'] { white-space: normal; min-width: 6rem; }
}
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.25rem 1rem; margin: 0.5rem 0; }
dt { color: var(--faint); }
dd { margin: 0; }
pre { background: var(--panel); padding: 0.75rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.875rem; }
`;
