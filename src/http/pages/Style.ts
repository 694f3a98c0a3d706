/**
 * The style sheet of every page, served at `stylesheetPath` as text/css. WCAG 2.2 §1.4.3, §1.4.10, §1.4.11, §2.4.7.
 *
 * The path names the content, so the answer may be cached for ever (`public, max-age=31536000, immutable`).
 */
import { palettes } from "../../domain/Palette.ts"
import { toneStyle, versionOf } from "./BrandStyle.ts"

export const stylesheet: string = `
:root {
  color-scheme: light dark;
  --shadow: 0 1px 2px rgb(40 36 24 / 5%), 0 12px 40px -12px rgb(40 36 24 / 14%);
  ${toneStyle(palettes.light)}
}
@media (prefers-color-scheme: dark) {
  :root {
    --shadow: 0 1px 2px rgb(0 0 0 / 30%), 0 16px 48px -12px rgb(0 0 0 / 50%);
    ${toneStyle(palettes.dark)}
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  min-height: 100vh;
  min-height: 100dvh;
  margin: 0;
  padding: 1.5rem;
  display: flex;
  flex-direction: column;
  background: var(--card);
  color: var(--ink);
  font: 1rem/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-font-smoothing: antialiased;
  overflow-wrap: anywhere;
}
header, main, footer { width: 100%; max-width: 26.5rem; margin-inline: auto; }
header { display: flex; align-items: center; gap: .625rem; font-weight: 600; letter-spacing: -.01em; }
.mark, .logo { flex: none; }
.logo { height: 1.75rem; max-width: 8rem; object-fit: contain; }
.mark .ring { fill: none; stroke: currentColor; stroke-width: 3.5; stroke-linecap: round; }
.mark .dot { fill: var(--accent); }
main { margin-block: 2.5rem auto; }
footer { padding-top: 2.5rem; color: var(--soft); font-size: .875rem; }
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -.022em; text-wrap: balance; }
h2 { margin-top: 1.75rem; font-size: 1rem; font-weight: 600; }
h3 { font-size: 1rem; font-weight: 600; line-height: 1.4; }
strong { font-weight: 600; color: var(--ink); }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
code { font: .9375em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.lede { margin-top: .625rem; color: var(--soft); font-size: 1.0625rem; text-wrap: pretty; }
.hint { margin-top: 1.5rem; color: var(--soft); font-size: .875rem; text-wrap: pretty; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.tile {
  display: flex;
  align-items: center;
  justify-content: center;
  width: 3.5rem;
  height: 3.5rem;
  margin-bottom: 1.5rem;
  border: 1px solid var(--edge);
  border-radius: 1rem;
  background: var(--tint);
  font-size: 1.5rem;
  font-weight: 600;
  object-fit: contain;
}
img.tile { padding: .5rem; background: #ffffff; }
.account { display: flex; align-items: center; gap: .75rem; margin-top: 1.25rem; color: var(--soft); }
.monogram {
  flex: none;
  display: grid;
  place-items: center;
  width: 2.25rem;
  height: 2.25rem;
  border-radius: 50%;
  background: var(--tint);
  color: var(--ink);
  font-size: .9375rem;
  font-weight: 600;
}
.alert {
  margin-top: 1.5rem;
  padding: .875rem 1rem;
  border: 1px solid var(--alert-edge);
  border-radius: .75rem;
  background: var(--alert-tint);
  color: var(--alert);
  font-size: .9375rem;
}
form { margin-top: 1.75rem; }
form + form, form + .button { margin-top: .75rem; }
.field { margin-bottom: 1.25rem; }
label { display: block; margin-bottom: .375rem; font-size: .9375rem; font-weight: 600; }
.field input {
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
.field input:focus-visible { border-color: var(--accent); outline-width: 2px; outline-offset: 0; }
.field input[aria-invalid="true"]:not(:focus-visible) { border-color: var(--alert); }
.aside { margin-top: .5rem; font-size: .875rem; text-align: end; }
.field + .rule { margin: -.75rem 0 1.25rem; }
.compare { margin-top: 1.5rem; padding: 1rem; border-radius: .75rem; background: var(--tint); color: var(--soft); }
.compare code { display: block; color: var(--ink); font-size: 1.625rem; font-weight: 600; letter-spacing: .08em; }
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
.scopes { margin-top: .25rem; list-style: none; }
.scopes li { display: flex; gap: .875rem; padding-block: .875rem; border-bottom: 1px solid var(--edge); }
.scopes li:last-child { border-bottom: 0; padding-bottom: 0; }
.scopes p { color: var(--soft); font-size: .9375rem; line-height: 1.45; }
.choices { list-style: none; margin-bottom: 1.5rem; }
.choices li { border-bottom: 1px solid var(--edge); }
.choices label { display: flex; gap: .875rem; margin: 0; padding-block: .875rem; font-weight: 400; cursor: pointer; }
.choices input { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0; accent-color: var(--accent); }
.choices span span { display: block; color: var(--soft); line-height: 1.45; }
.choices em { margin-inline-start: .375rem; color: var(--accent); font-style: normal; }
.notice { margin-top: 1.25rem; padding: .875rem 1rem; border-radius: .75rem; background: var(--tint); }
.tile .icon { width: 1.75rem; height: 1.75rem; }
.icon {
  flex: none;
  fill: none;
  stroke: var(--accent);
  stroke-width: 1.75;
  stroke-linecap: round;
  stroke-linejoin: round;
}
dl { margin-top: 1.5rem; padding: .375rem 1rem; border-radius: .75rem; background: var(--tint); }
dl div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding-block: .4375rem; align-items: baseline; }
dt { flex: 0 0 6rem; color: var(--soft); font-size: .9375rem; }
dd { flex: 1 1 10rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; }
footer a { color: inherit; }
footer a:hover { color: var(--ink); }
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
  body:not(.compact) :is(nav, nav ul) { justify-content: center; }
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
}
`

/** Where the style sheet is: `/style.css`, with the hash of its text for the cache, not for security. */
export const stylesheetPath: string = `/style.css?v=${versionOf(stylesheet)}`
