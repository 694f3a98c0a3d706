/** The looks of a schedule's page: light and dark, nothing from elsewhere. */

export const diagramStyle = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #ffffff; --sunk: #f1f3f7; --line: #dfe3ea; --lane: #c6ccd8;
  --text: #181b22; --muted: #5a6272; --bad: #b3261e; --mark: #fff3d1; --mark-edge: #c98a00;
  --hue0: #3450c8; --hue1: #0b7a5c; --hue2: #8a3ab9; --hue3: #a3560c; --hue4: #0b6e99; --hue5: #b02a6b;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1217; --card: #171b22; --sunk: #11151b; --line: #2b323d; --lane: #414a59;
    --text: #e7eaf0; --muted: #9da6b6; --bad: #ff9c93; --mark: #352b12; --mark-edge: #e0a93a;
    --hue0: #9db0ff; --hue1: #6fd6b0; --hue2: #d3a6f5; --hue3: #f2b56b; --hue4: #7cc7ee; --hue5: #f59cc6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 100rem;
  background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
.kicker { margin: 0; color: var(--muted); font-size: .9rem; }
h1 { margin: .1rem 0 .3rem; font-size: clamp(1.6rem, 4vw, 2.2rem); line-height: 1.2; letter-spacing: -.015em; }
h1.broken { color: var(--bad); }
.sentence { margin: 0 0 1.2rem; max-width: 52rem; font-size: 1.15rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: 0 0 1rem; font-size: .95rem; }
dt { color: var(--muted); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
code, pre { font-family: var(--mono); font-size: .85rem; }
.replay {
  margin: 0 0 1.5rem; padding: .7rem .9rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--sunk); border: 1px solid var(--line); border-radius: 9px;
}
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--hue0); outline-offset: -2px; }
svg { display: block; margin: 0 auto; max-width: 100%; height: auto; }
figcaption {
  display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; padding: .7rem 1.1rem; border-top: 1px solid var(--line);
  color: var(--muted); font-size: .85rem;
}
figcaption b { font-weight: 600; color: var(--text); }
figcaption b.bad { color: var(--bad); }
figcaption b.mark { padding: 0 .35rem; background: var(--mark); border-left: 3px solid var(--mark-edge); }
details { margin-top: 1.2rem; }
summary { cursor: pointer; color: var(--muted); }
details pre { margin: .7rem 0 0; padding: 1rem; overflow-x: auto; line-height: 1.45; background: var(--card);
  border: 1px solid var(--line); border-radius: 9px; }

svg text { font-family: var(--mono); font-size: 12px; fill: var(--text); }
svg .ground { fill: var(--card); }
svg .offending .ground { fill: var(--mark); }
svg .band { fill: none; }
svg .offending .band { fill: var(--mark); }
svg .edge { fill: var(--mark-edge); }
svg .pointer { fill: var(--mark-edge); font-weight: 700; }
svg .step { fill: var(--text); font-weight: 600; }
svg .time, svg .quiet { fill: var(--muted); }
svg .bad { fill: var(--bad); font-weight: 600; }
svg .lane { stroke: var(--lane); stroke-width: 1; }
svg .lane.gone { stroke-dasharray: 2 4; }
svg .life { stroke: var(--hue); stroke-width: 3; stroke-linecap: round; }
svg .head { fill: var(--sunk); stroke: var(--line); }
svg .head.actor { fill: var(--card); stroke: var(--hue); stroke-width: 1.5; }
svg .head-text { font-weight: 600; }
svg .actor-text { fill: var(--hue); }
svg .note { fill: var(--card); stroke: var(--hue); }
svg .note.bad-note { stroke: var(--bad); }
svg .dot { fill: var(--hue); }
svg .arrow { stroke: var(--hue); stroke-width: 1.5; fill: none; }
svg .tip { fill: var(--hue); }
svg .reply { stroke-dasharray: 5 3; }
svg .arrow.broken { stroke: var(--bad); }
svg .tip.broken { fill: var(--bad); }
svg .late { stroke: var(--hue); stroke-width: 1.5; stroke-dasharray: 2 4; fill: none; }
svg .cross { stroke: var(--bad); stroke-width: 2.2; stroke-linecap: round; }
svg .work { fill: var(--hue); }
svg .work.refused { fill: var(--card); stroke: var(--bad); stroke-width: 1.5; }
svg .work.undone { fill: var(--card); stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 2 2; }
${Array.from({ length: 6 }, (_, hue) => `svg .hue${hue} { --hue: var(--hue${hue}); }`).join("\n")}
`
