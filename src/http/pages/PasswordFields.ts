/** The fields in which a password is set: twice, because no script can show what is typed. NIST SP 800-63B §3.1.1.2. */
import { shortest } from "../../domain/Password.ts"
import { attribute, html, type Html } from "../../html/Html.ts"
import type { PasswordProblem } from "../../texts/PasswordTexts.ts"
import { type Frame, textsOf } from "./Layout.ts"

export interface PasswordFieldsData extends Frame {
  /** What the person signs in with, for the browser's own store of passwords. */
  readonly name: string
  /** Whether the present password is asked for. */
  readonly present: boolean
  readonly problem?: PasswordProblem | undefined
}

/** What is wrong, said over the form. */
export const passwordAlert = (data: Pick<PasswordFieldsData, "problem"> & Frame): Html | undefined =>
  data.problem && html`<p class="alert" id="error" role="alert">${textsOf(data).passwords.problems[data.problem]}</p>`

export const passwordFields = (data: PasswordFieldsData): Html => {
  const { passwords: own } = textsOf(data)
  const isPresent = data.problem === "present"
  const isNew = data.problem !== undefined && !isPresent && data.problem !== "busy"
  return html`<input type="text" name="username" value="${data.name}" autocomplete="username" readonly hidden />
    ${data.present && field("present", own.present, "current-password", { isWrong: isPresent, focus: !isNew })}
    ${field("password", own.password, "new-password", { isWrong: isNew, focus: isNew || !data.present, hint: "rule" })}
    <p class="hint rule" id="rule">${own.rule(shortest)}</p>
    ${field("again", own.again, "new-password", { isWrong: isNew, focus: false })}`
}

const field = (
  name: string,
  label: string,
  autocomplete: string,
  { focus, hint, isWrong }: { readonly isWrong: boolean; readonly focus: boolean; readonly hint?: string }
): Html => {
  const described = [isWrong && "error", hint].filter((id) => typeof id === "string").join(" ")
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="password"
      autocomplete="${autocomplete}"
      required
      ${attribute("aria-describedby", described !== "" && described)}
      ${attribute("aria-invalid", isWrong && "true")}${attribute("autofocus", focus)}
    />
  </div>`
}
