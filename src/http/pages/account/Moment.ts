/** A moment as people read it: in the language of the page, and in UTC, because no script tells where they are. */
import { html, type Html } from "../../../html/Html.ts"
import type { Frame } from "../Layout.ts"

/** Of milliseconds. */
export const moment = ({ language = "en" }: Frame, at: number): Html => {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })
  return html`<time datetime="${new Date(at).toISOString()}">${format.format(at)} UTC</time>`
}
