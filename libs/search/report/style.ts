/** The report's whole style: light and dark, on screen and paper. */
export const style = `
:root { color-scheme: light dark; --ink: #0f172a; --soft: #64748b; --line: #e2e8f0; --paper: #fff; --card: #f8fafc;
  --improvement: #2563eb; --exploration: #d97706; --boundary: #059669; --bad: #dc2626; }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e8f0; --soft: #94a3b8; --line: #334155; --paper: #0b1120;
  --card: #111a2e; --improvement: #60a5fa; --exploration: #fbbf24; --boundary: #34d399; --bad: #f87171; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 28px 24px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0; } h2 { font-size: 19px; margin: 40px 0 10px; } h3 { font-size: 15px; margin: 0; }
p { margin: 6px 0; } a { color: var(--improvement); }
.sub, .legend, .note { color: var(--soft); } .legend { font-size: 13px; }
.badge { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 12px; vertical-align: 3px;
  background: var(--exploration); color: var(--paper); font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; }
.figure b { display: block; font-size: 22px; line-height: 1.3; } .figure span { color: var(--soft); font-size: 13px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 24px; }
svg { width: 100%; height: auto; display: block; overflow: visible; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .tick { fill: var(--soft); font-size: 11px; }
svg .small { fill: var(--soft); font-size: 9px; }
.grid { stroke: var(--line); } .axis { stroke: var(--soft); } .limit { stroke: var(--bad); stroke-dasharray: 5 4; }
.front { fill: none; stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 2 3; }
.dot { stroke: var(--paper); fill-opacity: .85; } .member { stroke: var(--ink); stroke-width: 1.8; }
.cross { stroke: var(--bad); stroke-width: 1.8; fill: none; } .round { stroke: var(--soft); stroke-dasharray: 3 3; opacity: .7; }
.history { fill: none; stroke: var(--soft); stroke-width: 1.6; } .interval { stroke: var(--soft); stroke-width: 2.5; opacity: .45; }
.equal { stroke: var(--soft); } .why { stroke: var(--paper); }
.improvement { fill: var(--improvement); background: var(--improvement); }
.exploration { fill: var(--exploration); background: var(--exploration); }
.boundary { fill: var(--boundary); background: var(--boundary); }
.key, .swatch { display: inline-block; width: 10px; height: 10px; border-radius: 3px; }
.ring { display: inline-block; width: 11px; height: 11px; border-radius: 50%; border: 2px solid var(--ink); vertical-align: -1px; }
.card { border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; margin: 12px 0; background: var(--card);
  scroll-margin-top: 12px; } .card:target { border-color: var(--improvement); }
.card header { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; justify-content: space-between; }
.body { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 20px; align-items: center; margin-top: 8px; }
@media (max-width: 760px) { .body, .pair { grid-template-columns: minmax(0, 1fr); } }
table { border-collapse: collapse; width: 100%; font-size: 13px; } th { text-align: left; font-weight: 600; }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); white-space: nowrap; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
tr.out td { color: var(--soft); } .scroll { overflow-x: auto; }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 9px 12px; overflow-x: auto; font-size: 12.5px; margin: 8px 0; }
code { font-family: ui-monospace, monospace; } details summary { cursor: pointer; color: var(--soft); font-size: 13px; margin-top: 8px; }
.bad { color: var(--bad); }
@media print { details { display: none; } }
`;
