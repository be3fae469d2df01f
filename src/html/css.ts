/** The optional stylesheet of the default fragments; served as `static/agentic.css`. */
export const stylesheet = `
.agent-run, .agent-approvals, .agent-form, .agent-conversation, .agent-conversation__empty, .agent-error, .admin {
  color-scheme: light dark;
  --agent-ink: #1c2430; --agent-soft: #5a6676; --agent-line: #d5dbe3; --agent-paper: #ffffff; --agent-tint: #f2f5f8;
  --agent-accent: #1f5fbf; --agent-good: #1a7040; --agent-bad: #b3261e; --agent-wait: #8a5300;
  color: var(--agent-ink); line-height: 1.5; overflow-wrap: anywhere;
}
@media (prefers-color-scheme: dark) {
  .agent-run, .agent-approvals, .agent-form, .agent-conversation, .agent-conversation__empty, .agent-error, .admin {
    --agent-ink: #e6eaf0; --agent-soft: #a3afbd; --agent-line: #3a4552; --agent-paper: #171d25; --agent-tint: #212a35;
    --agent-accent: #8db8ff; --agent-good: #7fd6a3; --agent-bad: #ff9d94; --agent-wait: #f0bd6a;
  }
}
.agent-page { max-width: 45rem; margin: 1rem auto; padding-inline: 0.75rem; font-family: system-ui, sans-serif; }
.agent-page h1 { font-size: 1.5rem; }
.agent-run {
  display: flow-root; padding: 0.75rem 1rem; margin-block: 0.75rem;
  border: 1px solid var(--agent-line); border-radius: 0.5rem; background: var(--agent-paper);
}
.agent-run p, .agent-approvals p, .agent-conversation p, .agent-error { margin: 0.25rem 0; }
.agent-run__status { font-weight: 600; color: var(--agent-accent); }
.agent-run__status::before {
  content: ""; display: inline-block; width: 0.6em; height: 0.6em; margin-inline-end: 0.5em;
  border-radius: 50%; background: currentColor;
}
.agent-run__status--pending { color: var(--agent-soft); }
.agent-run__status--awaiting_approval { color: var(--agent-wait); }
.agent-run__status--completed { color: var(--agent-good); }
.agent-run__status--failed { color: var(--agent-bad); }
.agent-run__status--cancelled { color: var(--agent-soft); }
.agent-run__status--running::before { animation: agent-pulse 1.2s ease-in-out infinite; }
@keyframes agent-pulse { 50% { opacity: 0.25; } }
.agent-run__hint, .agent-run__usage, .agent-run__tool-state, .agent-label, .agent-call-id, .agent-conversation__empty {
  color: var(--agent-soft); font-size: 0.875rem;
}
.agent-label { font-weight: 600; }
.agent-text { white-space: pre-wrap; }
.agent-markdown > :first-child { margin-block-start: 0; }
.agent-markdown > :last-child { margin-block-end: 0; }
.agent-markdown :is(p, ul, ol, pre, blockquote, table) { margin-block: 0.5rem; }
.agent-markdown :is(h1, h2, h3, h4, h5, h6) { margin-block: 1rem 0.5rem; font-size: 1.0625rem; line-height: 1.3; }
.agent-markdown :is(ul, ol) { padding-inline-start: 1.5rem; }
.agent-markdown a { color: var(--agent-accent); }
.agent-markdown code { font: 0.875em/1.45 ui-monospace, monospace; background: var(--agent-tint); border-radius: 0.25rem; padding: 0.1em 0.3em; }
.agent-markdown pre { padding: 0.5rem 0.75rem; overflow: auto; border-radius: 0.375rem; background: var(--agent-tint); }
.agent-markdown pre code { padding: 0; background: none; }
.agent-markdown blockquote { margin-inline: 0; padding-inline-start: 0.75rem; border-inline-start: 3px solid var(--agent-line); color: var(--agent-soft); }
.agent-markdown table { display: block; overflow-x: auto; border-collapse: collapse; }
.agent-markdown :is(th, td) { padding: 0.25rem 0.6rem; border: 1px solid var(--agent-line); text-align: start; }
.agent-run__partial:empty { display: none; }
.agent-run__partial { border-inline-start: 3px solid var(--agent-accent); padding-inline-start: 0.75rem; }
.agent-run__error, .agent-error { color: var(--agent-bad); }
.agent-error { padding: 0.5rem 0.75rem; border: 1px solid currentColor; border-radius: 0.375rem; }
.agent-run__tools, .agent-run__approvals, .agent-conversation { list-style: none; margin: 0.5rem 0; padding: 0; }
.agent-run__tool { padding-block: 0.25rem; }
.agent-run__approval { padding-block: 0.75rem; border-block-start: 1px solid var(--agent-line); }
.agent-run__approval fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
.agent-run__approval legend { padding: 0; }
.agent-run__decision { font-weight: 600; color: var(--agent-soft); }
.agent-run__decision--approved, .agent-run__decision--done { color: var(--agent-good); }
.agent-run__decision--failed { color: var(--agent-bad); }
.agent-run__edit { flex: 1 1 100%; }
.agent-run__edit .agent-label { display: block; }
.agent-run__approval .agent-run__form { margin-block-start: 0.75rem; gap: 0.35rem 0.75rem; }
.agent-run__approval .agent-run__form > :is(label[for], .agent-run__input) { flex: 1 1 100%; }
.agent-run__approval .agent-run__input { box-sizing: border-box; width: 100%; }
.agent-run__approval .agent-run__json { font: 0.85rem/1.45 ui-monospace, monospace; }
.agent-run__check { display: flex; align-items: center; gap: 0.4rem; }
.agent-approvals a { color: var(--agent-accent); }
.agent-run summary, .agent-approvals summary, .agent-conversation summary { cursor: pointer; padding-block: 0.25rem; }
.agent-run__tool-name { font-weight: 600; }
.agent-code {
  margin: 0.25rem 0 0.5rem; padding: 0.5rem 0.75rem; max-height: 24rem; overflow: auto; border-radius: 0.375rem;
  background: var(--agent-tint); font: 0.85rem/1.45 ui-monospace, monospace; white-space: pre-wrap;
}
.agent-run__form {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin: 0.5rem 0 0;
}
.agent-form { display: flex; flex-direction: column; align-items: start; gap: 0.5rem; margin-block: 0.75rem; }
.agent-form .agent-run__input { flex: none; width: 100%; box-sizing: border-box; }
.agent-run__input {
  flex: 1 1 12rem; min-width: 0; padding: 0.4rem 0.6rem; font: inherit; color: inherit;
  border: 1px solid var(--agent-line); border-radius: 0.375rem; background: var(--agent-paper);
}
.agent-run__button {
  min-height: 2.5rem; padding: 0.4rem 1rem; font: inherit; color: inherit; cursor: pointer;
  border: 1px solid var(--agent-soft); border-radius: 0.375rem; background: var(--agent-tint);
}
.agent-run__button:hover { border-color: var(--agent-accent); }
.agent-run :focus-visible, .agent-approvals :focus-visible, .agent-form :focus-visible, .agent-conversation :focus-visible { outline: 3px solid var(--agent-accent); outline-offset: 2px; }
.agent-run.htmx-request .agent-run__button, .agent-run__form.htmx-request .agent-run__button, .agent-form.htmx-request :is(.agent-run__button, .agent-run__input) { opacity: 0.7; }
.agent-conversation__item {
  padding: 0.5rem 0.75rem; margin-block: 0.5rem; border: 1px solid var(--agent-line); border-radius: 0.5rem;
  background: var(--agent-paper);
}
.agent-conversation__item--user { background: var(--agent-tint); margin-inline-start: 10%; }
.agent-conversation__item--assistant { margin-inline-end: 10%; }
.agent-conversation__item--error { color: var(--agent-bad); border-color: currentColor; }
.agent-conversation__item--approval { color: var(--agent-wait); border-color: currentColor; }
.agent-conversation__item--tool, .agent-conversation__item--reasoning, .agent-conversation__item--unknown {
  border-style: dashed; font-size: 0.9375rem;
}
@media (max-width: 40rem) {
  .agent-conversation__item--user, .agent-conversation__item--assistant { margin-inline: 0; }
  .agent-run { padding: 0.75rem; }
}
@media (prefers-reduced-motion: reduce) {
  .agent-run__status--running::before { animation: none; }
}
`.trimStart()
