/** The field for a short code that a person copies from somewhere else. WCAG 2.2 §3.3.2, §3.3.8. */
import { attribute, html, type Html } from "../../html/Html.ts"

interface CodeField {
  /** Its id and the name under which it is posted. */
  readonly name: string
  readonly label: string
  readonly kind: "digits" | "letters"
  /** The id of the message that says what is wrong with what it held, if it does. */
  readonly wrong: string | undefined
}

/** Characters: the code, and room for whatever people put between its parts. */
const longest = 40

export const codeField = ({ kind, label, name, wrong }: CodeField): Html =>
  html`<div class="field code">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="text"
      inputmode="${kind === "digits" ? "numeric" : "text"}"
      autocomplete="${kind === "digits" ? "one-time-code" : "off"}"
      autocapitalize="characters"
      autocorrect="off"
      spellcheck="false"
      enterkeyhint="go"
      maxlength="${String(longest)}"
      required
      autofocus
      ${attribute("aria-describedby", wrong ?? false)}${attribute("aria-invalid", wrong !== undefined && "true")}
    />
  </div>`
