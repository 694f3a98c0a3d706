/** What is said over everything else on a page of the account. WCAG 2.2 §4.1.3 (status messages). */
import { html, type Html } from "../../../html/Html.ts"

/** What was just done. */
export const doneNotice = (text: Html | string): Html => html`<p role="status" class="notice">${text}</p>`

/** Why it was not done. */
export const alertNotice = (text: Html | string): Html => html`<p role="alert" class="alert">${text}</p>`
