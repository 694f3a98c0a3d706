/** Changing one's password, or setting the first. OWASP ASVS 5.0 §6.2.2, §6.2.3. */
import { accountPaths } from "../../../domain/PagePath.ts"
import { html } from "../../../html/Html.ts"
import { type Page, textsOf } from "../Layout.ts"
import { passwordAlert, passwordFields, type PasswordFieldsData } from "../PasswordFields.ts"
import { accountLayout, type AccountPageData } from "./AccountLayout.ts"

export interface PasswordPageData extends AccountPageData, PasswordFieldsData {}

export const passwordPage = (data: PasswordPageData): Page => {
  const { passwords: own } = textsOf(data)
  return accountLayout(data, {
    section: "password",
    main: html`<p class="lede">${data.present ? own.accountLede : own.firstLede}</p>
      ${passwordAlert(data)}
      <form method="post" action="${accountPaths.password}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        ${passwordFields(data)}
        <button class="primary" type="submit" id="set-password">${own.set}</button>
      </form>`
  })
}
