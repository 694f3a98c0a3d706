/** What one types into, chooses and presses. WCAG 2.2 §1.4.11, §2.4.11, §2.5.8; 44 pixels for a thumb. */

export const controls: string = `
form { margin-top: 1.75rem; }
form + form, script + form, form + .button { margin-top: .75rem; }
fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
fieldset + fieldset { margin-top: 2rem; padding-top: 1.5rem; border-top: 1px solid var(--edge); }
legend { margin-bottom: .75rem; padding: 0; font-size: 1.0625rem; font-weight: 600; }
fieldset + fieldset legend { float: inline-start; width: 100%; }
fieldset + fieldset legend + * { clear: both; }
.field { margin-bottom: 1.25rem; }
.field .hint { margin-block: -.125rem .375rem; }
.error { margin-top: .375rem; color: var(--alert); font-size: .9375rem; }
label { display: block; margin-bottom: .375rem; font-size: .9375rem; font-weight: 600; }
.field :is(input, select, textarea) {
  width: 100%;
  min-height: 3.125rem;
  padding: .75rem .875rem;
  border: 1px solid var(--field-edge);
  border-radius: .75rem;
  background: var(--field);
  color: inherit;
  font: inherit;
  font-size: 1.0625rem;
}
.field textarea { display: block; resize: vertical; }
.field :is(input, select, textarea):focus-visible {
  border-color: var(--accent);
  outline-width: 2px;
  outline-offset: 0;
}
.field [aria-invalid="true"]:not(:focus-visible) { border-color: var(--alert); }
.aside { margin-top: .5rem; font-size: .875rem; text-align: end; }
.field + .rule { margin: -.75rem 0 1.25rem; }
.code input { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: .12em; }
button, .button {
  display: block;
  width: 100%;
  min-height: 3.125rem;
  padding: .75rem 1rem;
  border: 1px solid transparent;
  border-radius: .75rem;
  font: inherit;
  font-size: 1.0625rem;
  font-weight: 600;
  line-height: 1.5;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
  touch-action: manipulation;
  transition: background-color .15s, border-color .15s;
}
button + button { margin-top: .75rem; }
.button { margin-top: 1.75rem; }
.primary { background: var(--strong); color: var(--on-strong); }
.primary:hover { background: var(--strong-hover); }
.secondary { border-color: var(--button-edge); background: transparent; color: var(--ink); }
.secondary:hover { border-color: var(--field-edge); background: var(--tint); }
summary { padding-block: .75rem; color: var(--accent); font-size: .9375rem; cursor: pointer; }
details form { margin-top: .5rem; }
`
