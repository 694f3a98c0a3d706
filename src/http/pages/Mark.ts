/** The mark of Hapax: a ring with one opening, and one dot in it, for a thing that is said only once. */
import { html, type Html } from "../../html/Html.ts"

/** The mark as part of a page, in the colours of its style sheet. */
export const mark: Html = html`<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
  <path class="ring" d="M18.2 4.2A12 12 0 1 0 27.8 13.8" />
  <circle class="dot" cx="24.6" cy="7.4" r="3.9" />
</svg>`

/** The mark as a document of its own, for `/icon.svg` (image/svg+xml). */
export const markDocument: string = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<path fill="none" stroke="#77746c" stroke-width="4" stroke-linecap="round" d="M18.2 4.2A12 12 0 1 0 27.8 13.8"/>
<circle fill="#5b66e8" cx="24.6" cy="7.4" r="4.2"/>
</svg>
`
