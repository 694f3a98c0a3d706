/** The pages on which people change the e-mail address of their account: asking for the link, and what it leads to. */
import { accountPaths, emailConfirmPath } from "../../../domain/PagePath.ts"
import { attribute, html, type Html } from "../../../html/Html.ts"
import type { EmailTexts } from "../../../texts/EmailTexts.ts"
import { named, type Page, textsOf } from "../Layout.ts"
import { accountLayout, type AccountPageData } from "./AccountLayout.ts"

export interface EmailPageData extends AccountPageData {
  readonly email: string | undefined
  readonly isVerified: boolean
  /** What was typed, where it is shown again. */
  readonly typed?: string | undefined
  readonly problem?: keyof EmailTexts["email"]["problems"] | undefined
}

export interface EmailConfirmPageData extends AccountPageData {
  readonly token: string
  readonly to: string
}

export interface EmailDeadPageData extends AccountPageData {
  readonly problem: keyof EmailTexts["email"]["dead"]
}

export const emailPage = (data: EmailPageData): Page => {
  const { email: own } = textsOf(data)
  const wrong = [
    attribute("value", data.typed ?? (data.isVerified ? "" : data.email)),
    attribute("aria-invalid", data.problem !== undefined && "true"),
    attribute("aria-describedby", data.problem !== undefined && "error")
  ]
  return accountLayout(data, {
    section: "email",
    main: html`<p class="lede">${present(data)}</p>
      <form method="post" action="${accountPaths.email}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <div class="field">
          <label for="email">${own.label}</label>
          <input
            id="email"
            name="email"
            type="text"
            inputmode="email"
            autocomplete="email"
            autocapitalize="none"
            autocorrect="off"
            spellcheck="false"
            maxlength="254"
            required
            ${wrong}
          />
          ${data.problem !== undefined && html`<p class="error" id="error">${own.problems[data.problem]}</p>`}
        </div>
        <button class="primary" type="submit" id="send">${own.submit}</button>
      </form>
      <p class="hint">${own.lede}</p>`
  })
}

const present = (data: EmailPageData): Html => {
  const { email: own } = textsOf(data)
  if (data.email === undefined) return html`${own.none}`
  const state = data.isVerified ? own.verified : own.unverified
  return html`${own.present(html`<strong>${named(data.email)}</strong>`)} ${state}`
}

export const emailConfirmPage = (data: EmailConfirmPageData): Page => {
  const { email: own } = textsOf(data)
  return accountLayout(data, {
    section: "email",
    main: html`<h2>${own.confirmTitle}</h2>
      <p class="lede">${own.confirm(html`<strong>${named(data.to)}</strong>`)}</p>
      <form method="post" action="${emailConfirmPath}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <input type="hidden" name="token" value="${data.token}" />
        <button class="primary" type="submit" id="confirm">${own.confirmSubmit}</button>
      </form>`
  })
}

export const emailDeadPage = (data: EmailDeadPageData): Page => {
  const { email: own } = textsOf(data)
  return accountLayout(data, {
    section: "email",
    main: html`<p class="alert" role="alert">${own.dead[data.problem]}</p>
      <a class="button secondary" href="${accountPaths.email}">${own.again}</a>`
  })
}
