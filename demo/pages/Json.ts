/** JSON to read: indented, its names and values told apart by colour. The text of the block stays valid JSON. */
import { type Html, html } from "../Html.ts"

export const jsonBlock = (id: string, value: unknown): Html =>
  html`<pre id="${id}" class="json" tabindex="0">${colour(JSON.stringify(value, null, 2))}</pre>`

const colour = (json: string): ReadonlyArray<Html | string> =>
  // A string that a colon follows is a name; odd places of the split are the tokens, even ones what is in between.
  json.split(/("(?:[^"\\]|\\.)*"(?=:)|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/).map((text, index, all) => {
    if (index % 2 === 0) return text
    return html`<span class="${kindOf(text, all[index + 1])}">${text}</span>`
  })

const kindOf = (token: string, after = ""): string => {
  if (!token.startsWith('"')) return "literal"
  return after.startsWith(":") ? "name" : "string"
}
