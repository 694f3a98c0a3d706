/** The two buttons under a question: what is posted is the step that it belongs to, and yes or no. RFC 9700 §4.7. */
import { html, type Html } from "../../html/Html.ts"

export interface Decidable {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `interaction`. */
  readonly interaction: string
}

export const decisionForm = (data: Decidable, texts: { readonly approve: string; readonly deny: string }): Html =>
  html`<form method="post" action="${data.action}">
    <input type="hidden" name="interaction" value="${data.interaction}" />
    <button class="primary" type="submit" name="decision" value="approve" id="approve">${texts.approve}</button>
    <button class="secondary" type="submit" name="decision" value="deny" id="deny">${texts.deny}</button>
  </form>`
