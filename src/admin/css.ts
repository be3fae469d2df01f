/** The stylesheet of the admin's pages, beside that of the fragments; served as `static/admin.css`. */
export const adminStylesheet = `
body { margin: 0; }
.admin {
  --admin-ground: var(--agent-tint);
  background: var(--admin-ground); color: var(--agent-ink);
  font: 1rem/1.5 system-ui, sans-serif; min-height: 100vh; display: flex; flex-direction: column;
}
@media (prefers-color-scheme: dark) { .admin { --admin-ground: #0f141a; } }
.admin a { color: var(--agent-accent); }
.admin :focus-visible { outline: 3px solid var(--agent-accent); outline-offset: 2px; border-radius: 0.25rem; }
.admin-main:focus { outline: none; }
.admin-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.admin-skip { position: absolute; inset-inline-start: 0.5rem; inset-block-start: -4rem; padding: 0.5rem 1rem; background: var(--agent-paper); z-index: 2; }
.admin-skip:focus { inset-block-start: 0.5rem; }
.admin-header {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.5rem; padding: 0.5rem 1.5rem;
  background: var(--agent-paper); border-block-end: 1px solid var(--agent-line);
}
.admin-brand { font-weight: 700; margin: 0; }
.admin-actor { margin: 0; margin-inline-start: auto; color: var(--agent-soft); font-size: 0.875rem; overflow-wrap: anywhere; }
.admin-nav, .admin-times, .admin-paging { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem; margin: 0; padding: 0; }
.admin-nav a { display: block; padding: 0.5rem 0.75rem; border-radius: 0.375rem; color: inherit; text-decoration: none; }
.admin-nav a:hover { background: var(--agent-tint); }
.admin-nav a[aria-current] { background: var(--agent-tint); font-weight: 600; box-shadow: inset 0 -2px var(--agent-accent); }
.admin-main { flex: 1; width: 100%; max-width: 84rem; box-sizing: border-box; margin-inline: auto; padding: 1rem 1.5rem 2rem; }
.admin-footer { padding: 0.75rem 1.5rem; color: var(--agent-soft); font-size: 0.875rem; }
.admin h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0 1rem; overflow-wrap: anywhere; }
.admin h2 { font-size: 1.125rem; margin: 1.5rem 0 0.5rem; }
.admin-button {
  display: inline-block; min-height: 2.5rem; padding: 0.4rem 1rem; box-sizing: border-box; font: inherit; color: var(--agent-ink); cursor: pointer;
  border: 1px solid var(--agent-soft); border-radius: 0.375rem; background: var(--agent-paper); text-decoration: none;
}
.admin-button:hover { border-color: var(--agent-accent); }
.admin-button--main { background: var(--agent-accent); border-color: var(--agent-accent); color: var(--agent-paper); }
.admin-button--grave { background: var(--agent-bad); border-color: var(--agent-bad); color: var(--agent-paper); }
.admin-filter {
  display: flex; flex-wrap: wrap; align-items: start; gap: 0.75rem; padding: 1rem;
  background: var(--agent-paper); border: 1px solid var(--agent-line); border-radius: 0.5rem;
}
.admin-field { flex: 1 1 9rem; display: flex; flex-direction: column; margin: 0; min-width: 0; }
.admin-field--text { flex-basis: 20rem; }
.admin-field:is(.admin-field--from, .admin-field--to) { flex: 0 1 15rem; }
.admin-field label { font-size: 0.875rem; font-weight: 600; }
.admin-field small { color: var(--agent-soft); }
.admin :is(input:not([type=checkbox]), select, textarea) {
  min-height: 2.5rem; padding: 0.4rem 0.6rem; box-sizing: border-box; width: 100%; font: inherit; color: inherit;
  border: 1px solid var(--agent-soft); border-radius: 0.375rem; background: var(--agent-paper);
}
.admin input[type=checkbox] { width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--agent-accent); }
.admin-buttons { display: flex; align-items: center; gap: 1rem; margin: 0; padding-block-start: 1.3rem; }
.admin-times { margin-block: 0.5rem 1rem; gap: 0.25rem 1rem; font-size: 0.875rem; }
.admin-times a { display: inline-block; padding-block: 0.25rem; }
.admin-times a[aria-current] { font-weight: 700; }
.admin-actions { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin-block: 0.5rem; }
.admin-actions p { margin: 0; margin-inline-end: 0.5rem; color: var(--agent-soft); font-size: 0.875rem; }
:is(.admin-filter, .admin-actions) + .admin-table { margin-block-start: 0.75rem; }
.admin-table { width: 100%; border-collapse: collapse; background: var(--agent-paper); border: 1px solid var(--agent-line); border-radius: 0.5rem; font-size: 0.9375rem; }
.admin-table th { text-align: start; font-size: 0.8125rem; color: var(--agent-soft); white-space: nowrap; }
.admin-table :is(th, td) { padding: 0.5rem 0.75rem; border-block-end: 1px solid var(--agent-line); vertical-align: top; overflow-wrap: anywhere; }
.admin-table tbody tr:last-child td { border-block-end: 0; }
.admin-table tbody tr:hover { background: var(--agent-tint); }
.admin-table .admin-number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media (min-width: 48rem) {
  .admin-table .admin-name { min-width: 11rem; }
  .admin-table .admin-text { min-width: 14rem; }
}
.admin-table time, .admin-id { white-space: nowrap; }
.admin-id { color: var(--agent-soft); font: 0.8125rem ui-monospace, monospace; }
.admin-error { color: var(--agent-bad); font-size: 0.875rem; }
.admin-note, .admin-none { color: var(--agent-soft); }
.admin-paging { gap: 1rem; margin-block: 1rem; }
.admin-paging a { display: inline-block; padding: 0.4rem 1rem; border: 1px solid var(--agent-line); border-radius: 0.375rem; background: var(--agent-paper); text-decoration: none; }
.admin-soft { color: var(--agent-soft); font-weight: 400; font-size: 0.875rem; }
.admin-wrap { font: 0.8125rem/1.45 ui-monospace, monospace; white-space: pre-wrap; }
.admin-facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(11rem, 40%), 1fr)); gap: 0.75rem 1.5rem; margin: 0 0 1rem; padding: 1rem; background: var(--agent-paper); border: 1px solid var(--agent-line); border-radius: 0.5rem; }
.admin-facts dt { color: var(--agent-soft); font-size: 0.8125rem; font-weight: 600; }
.admin-facts dd { margin: 0; }
.admin-facts code { font: 0.875rem ui-monospace, monospace; }
.admin-failure { padding: 0.75rem 1rem; margin-block: 1rem; background: var(--agent-paper); border: 1px solid var(--agent-bad); border-inline-start-width: 0.375rem; border-radius: 0.5rem; }
.admin-failure h2 { margin: 0; color: var(--agent-bad); }
.admin-failure p { margin: 0.5rem 0; }
.admin-failure__error { font: 0.9375rem/1.45 ui-monospace, monospace; white-space: pre-wrap; max-height: 20rem; overflow: auto; }
.admin .agent-code { background: var(--agent-tint); border: 1px solid var(--agent-line); }
.admin-run > section > .agent-code { background: var(--agent-paper); }
.admin-attempt { padding: 0.75rem 1rem; margin-block: 0.75rem; background: var(--agent-paper); border: 1px solid var(--agent-line); border-radius: 0.5rem; }
.admin-attempt h3 { font-size: 1rem; margin: 0 0 0.25rem; }
.admin-steps { list-style: none; margin: 0.5rem 0 0; padding: 0; }
.admin-step { display: grid; grid-template-columns: minmax(0, 1fr) 30%; gap: 0 1rem; padding-block: 0.25rem; border-block-start: 1px solid var(--agent-line); }
.admin-step > .admin-bar { grid-column: 2; grid-row: 1; margin-block-start: 0.6rem; }
.admin-step > :not(.admin-bar) { grid-column: 1; grid-row: 1; margin: 0; padding-block: 0.25rem; }
.admin-step > details[open] { grid-column: 1 / -1; grid-row: 2; padding-block-start: 0; }
.admin-step > details[open] > summary { padding-block: 0.25rem; }
.admin-step[data-depth="1"] > :not(.admin-bar) { padding-inline-start: 1.5rem; }
.admin-step[data-depth="2"] > :not(.admin-bar) { padding-inline-start: 3rem; }
.admin-step[data-depth="3"] > :not(.admin-bar), .admin-step[data-depth="4"] > :not(.admin-bar) { padding-inline-start: 4.5rem; }
.admin-step summary { cursor: pointer; }
.admin-step__kind { display: inline-block; min-width: 4.75rem; font-size: 0.8125rem; font-weight: 600; color: var(--agent-soft); }
.admin-bar { display: block; width: 100%; height: 0.625rem; }
.admin-bar__whole { fill: var(--agent-line); }
.admin-bar__part { fill: var(--agent-soft); }
.admin-bar__part--model { fill: var(--agent-accent); }
.admin-bar__part--tool { fill: var(--agent-good); }
.admin-bar__part--approval { fill: var(--agent-wait); }
.admin-log { margin-block: 1rem; }
.admin-log summary { cursor: pointer; padding-block: 0.25rem; }
.admin-cards { list-style: none; margin: 0; padding: 0; }
.admin-cards > li { display: flex; gap: 0.75rem; align-items: start; }
.admin-cards > li > .admin-card { flex: 1; min-width: 0; }
.admin-choose { padding-block-start: 1.4rem; }
.admin-card { padding: 0.75rem 1rem; margin-block: 0.5rem; background: var(--agent-paper); border: 1px solid var(--agent-line); border-radius: 0.5rem; }
.admin-card h3 { font-size: 1rem; font-weight: 400; margin: 0; }
.admin-card p { margin-block: 0.25rem; }
.admin-decisions { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 0.5rem 1.5rem; align-items: end; }
.admin-decision { display: flex; flex-direction: column; gap: 0.5rem; margin-block-start: 0.5rem; max-width: 44rem; }
.admin-decision .admin-field { flex: none; }
.admin-decision .admin-buttons { padding: 0.5rem 0 0; gap: 0.5rem; flex-wrap: wrap; }
.admin-decision summary { cursor: pointer; padding-block: 0.25rem; }
.admin-decision details > :is(.admin-field, .admin-check) { margin-block-start: 0.5rem; }
.admin-decision textarea { font-family: ui-monospace, monospace; font-size: 0.875rem; }

.admin-tiles { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 0.75rem; margin: 0; padding: 0; }
.admin-tile { padding: 0.75rem 1rem; background: var(--agent-paper); border: 1px solid var(--agent-line); border-radius: 0.5rem; }
.admin-tile strong { font-size: 1.75rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.admin-tile a { color: inherit; text-decoration: none; }
.admin-tile a:hover { text-decoration: underline; }
.admin-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem; align-items: start; }
.admin-figure { margin: 0; padding: 0.75rem 1rem; min-width: 0; background: var(--agent-paper); border: 1px solid var(--agent-line); border-radius: 0.5rem; }
.admin-figure h3 { margin: 0 0 0.25rem; font-size: 1rem; }
.admin-figure summary { cursor: pointer; color: var(--agent-soft); font-size: 0.875rem; padding-block: 0.25rem; }
.admin-figure .admin-table { font-size: 0.8125rem; }
.admin-figure details { overflow-x: auto; }
.admin-plot { overflow-x: auto; }
.admin-plot > svg { display: block; width: 100%; min-width: 18rem; max-width: 38rem; height: auto; }
.admin-legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.125rem 1rem; margin: 0 0 0.25rem; padding: 0; font-size: 0.8125rem; }
.admin-swatch { width: 0.75rem; height: 0.75rem; vertical-align: -0.05rem; }
.admin-plot__tick, .admin-plot__axis { fill: var(--agent-soft); font-size: 12px; }
.admin-plot__name, .admin-plot__value { fill: var(--agent-ink); font-size: 12.5px; }
.admin-plot__grid { stroke: var(--agent-line); stroke-width: 1; }
.admin-plot__range { stroke: var(--agent-soft); stroke-width: 3; }
.admin-plot__mark { fill: var(--agent-accent); stroke: var(--agent-paper); }
.admin-plot__completed { fill: var(--agent-good); }
.admin-plot__failed { fill: var(--agent-bad); }
.admin-plot__cancelled { fill: var(--agent-soft); }
.admin-plot__stripe { fill: var(--agent-paper); }
.admin-plot__awaiting_approval { fill: var(--agent-wait); }
.admin-plot__running { fill: var(--agent-accent); }
.admin-plot__pending { fill: var(--agent-line); stroke: var(--agent-soft); stroke-width: 1; }
.admin-plot__in { fill: var(--agent-accent); }
.admin-plot__out { fill: var(--agent-wait); }
.admin-check { display: flex; align-items: center; gap: 0.5rem; }
.admin-check[hidden] { display: none; }
@media (max-width: 48rem) {
  .admin-header, .admin-main, .admin-footer { padding-inline: 1rem; }
  .admin-actor { margin-inline-start: 0; width: 100%; }
  .admin-nav a { padding: 0.5rem 0.375rem; font-size: 0.9375rem; }
  .admin-buttons { padding-block-start: 0; }
  .admin-table, .admin-table tbody, .admin-table tr, .admin-table td { display: block; }
  .admin-table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .admin-table { background: none; border: 0; }
  .admin-table tr { background: var(--agent-paper); border: 1px solid var(--agent-line); border-radius: 0.5rem; margin-block: 0.5rem; padding: 0.5rem 0.75rem; }
  .admin-table td { display: flex; gap: 0.5rem; padding: 0.2rem 0; border: 0; }
  .admin-table td::before { content: attr(data-label); flex: 0 0 6rem; color: var(--agent-soft); font-size: 0.875rem; }
  .admin-table .admin-number { text-align: start; }
  .admin-step > .admin-bar { grid-column: 1 / -1; grid-row: 2; margin-block: 0 0.25rem; }
  .admin-step > :not(.admin-bar) { grid-column: 1 / -1; }
  .admin-step > details[open] { grid-row: 3; }
  .admin-step__kind { min-width: 0; }
  .admin-plot__tick, .admin-plot__axis, .admin-plot__value, .admin-plot__name { font-size: 16px; }
}
`.trimStart()
