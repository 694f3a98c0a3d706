/** The sentences of the page of applications that were allowed something. English. */
import { html } from "../../html/Html.ts"
import type { ApplicationTexts } from "../ApplicationTexts.ts"

export const applications: ApplicationTexts = {
  applications: {
    lede: "These applications may use your account. Removing access takes effect at once and can’t be undone.",
    none: "You haven’t allowed any application to use your account.",
    since: (day) => html`Allowed since ${day}`,
    gone: "This application is no longer registered here.",
    withdraw: (client) => html`Remove access of ${client}`,
    withdrawn: "The application’s access has ended."
  }
}
