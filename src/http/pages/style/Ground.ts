/**
 * The ground of every page: its colours, its letters, and the card on it. WCAG 2.2 §1.4.3, §1.4.10, §1.4.12, §2.4.7.
 *
 * Sides are named by the direction of the writing, so that a language from right to left needs nothing of its own.
 */
import { palettes } from "../../../domain/Palette.ts"
import { toneStyle } from "../BrandStyle.ts"

export const ground: string = `
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
[hidden] { display: none !important; }
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
body:lang(ja) {
  font-family: -apple-system, BlinkMacSystemFont, "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Noto Sans JP",
    "Noto Sans CJK JP", "Yu Gothic UI", Meiryo, sans-serif;
  line-height: 1.7;
  line-break: strict;
}
header, main, footer { width: 100%; max-width: 26.5rem; margin-inline: auto; }
header { display: flex; align-items: center; gap: .625rem; font-weight: 600; letter-spacing: -.01em; }
.mark, .logo { flex: none; }
.logo { height: 1.75rem; max-width: 8rem; object-fit: contain; }
.mark .ring { fill: none; stroke: currentColor; stroke-width: 3.5; stroke-linecap: round; }
.mark .dot { fill: var(--accent); }
main { margin-block: 2.5rem auto; }
footer { padding-top: 2.5rem; color: var(--soft); font-size: .875rem; }
footer a { color: inherit; }
footer a:hover { color: var(--ink); }
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -.022em; text-wrap: balance; }
h2 { margin-top: 1.75rem; font-size: 1rem; font-weight: 600; }
h3 { font-size: 1rem; font-weight: 600; line-height: 1.4; }
/* Where a browser can, a heading in Japanese is broken between phrases, and never in the middle of a word. */
h1:lang(ja), h2:lang(ja), h3:lang(ja) { letter-spacing: 0; line-height: 1.4; word-break: auto-phrase; }
strong { font-weight: 600; color: var(--ink); }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
code { font: .9375em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.lede { margin-top: .625rem; color: var(--soft); font-size: 1.0625rem; text-wrap: pretty; }
.hint { margin-top: 1.5rem; color: var(--soft); font-size: .875rem; text-wrap: pretty; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.alert, .notice { margin-top: 1.5rem; padding: .875rem 1rem; border-radius: .75rem; font-size: .9375rem; }
.alert { border: 1px solid var(--alert-edge); background: var(--alert-tint); color: var(--alert); }
.alert a, .alert strong { color: inherit; }
.notice { border: 1px solid var(--edge); background: var(--tint); }
`
