/** What follows from the screen and from what its person asked of it. WCAG 2.2 §1.4.10, §2.3.3; Media Queries 5 §12. */

export const surroundings: string = `
@media (min-width: 34rem) {
  body:not(.compact) { padding: 2.5rem; background: var(--paper); }
  body:not(.compact) header { justify-content: center; margin-block: auto 1.75rem; }
  body:not(.compact) main {
    margin-block: 0;
    padding: 2.5rem;
    border: 1px solid var(--edge);
    border-radius: 1.5rem;
    background: var(--card);
    box-shadow: var(--shadow);
  }
  body:not(.compact) footer { margin-bottom: auto; padding: 1.5rem 0 3vh; text-align: center; }
  body:not(.compact) footer :is(nav, nav ul) { justify-content: center; }
  body.wide header { margin-block: 0 1.75rem; }
}
@media (prefers-contrast: more) {
  :root { --soft: var(--ink); --edge: var(--field-edge); --button-edge: var(--ink); --field-edge: var(--ink); }
}
@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; }
}
@media (forced-colors: active) {
  button, .button { border-color: ButtonText; }
  .mark .dot { fill: currentColor; }
  .icon { stroke: currentColor; }
  .sections [aria-current] { text-decoration: underline; }
}
`
