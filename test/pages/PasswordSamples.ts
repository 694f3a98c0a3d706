/** The pages on which passwords are set, in every variant. */
import { html } from "../../src/html/Html.ts"
import { passwordPage } from "../../src/http/pages/account/PasswordPage.ts"
import { forgottenPasswordPage, resetSentPage } from "../../src/http/pages/ForgottenPasswordPage.ts"
import type { Frame, Page } from "../../src/http/pages/Layout.ts"
import { loginPage } from "../../src/http/pages/LoginPage.ts"
import { resetDonePage, resetPasswordPage, resetVoidPage } from "../../src/http/pages/ResetPasswordPage.ts"
import type { Outside } from "./Samples.ts"

export const passwordPages = (frame: Frame, o: Outside): Record<string, Page> => {
  const framed = { ...frame, providerName: o.provider }
  const forgotten = { ...framed, action: "/password/forgot", interaction: o.interaction, back: "/login" }
  const reset = { ...framed, action: "/password/reset", token: o.interaction, userName: o.user, name: o.login }
  const own = { ...framed, userName: o.user, interaction: o.interaction, name: o.login, present: true }
  const login = { ...framed, action: "/login", interaction: o.interaction, clientName: o.client, deny: true }
  const passkey = { challenge: "MS0wLkFB", rpId: "id.example" }
  return {
    "login-forgotten": loginPage({ ...login, forgotten: "/password/forgot?interaction=x" }),
    "login-passkey-wanted": loginPage({ ...login, passkey, stepUp: "wanted" }),
    "login-passkey-needed": loginPage({ ...login, passkey, stepUp: "needed" }),
    "password-forgotten": forgottenPasswordPage(forgotten),
    "password-forgotten-throttled": forgottenPasswordPage({ ...forgotten, isThrottled: true }),
    "password-sent": resetSentPage({ ...framed, minutes: 15, back: "/login" }),
    "password-reset": resetPasswordPage(reset),
    "password-reset-common": resetPasswordPage({ ...reset, problem: "common" }),
    "password-reset-mismatch": resetPasswordPage({ ...reset, problem: "mismatch" }),
    "password-reset-busy": resetPasswordPage({ ...reset, problem: "busy" }),
    "password-reset-done": resetDonePage({ ...framed, signIn: "/login" }),
    "password-reset-void": resetVoidPage({ ...framed, signIn: "/login", another: "/password/forgot" }),
    "account-password": passwordPage({
      ...own,
      notice: html`<p role="status" class="notice">${o.description}</p>`
    }),
    "account-password-first": passwordPage({ ...own, present: false }),
    "account-password-wrong": passwordPage({ ...own, problem: "present" }),
    "account-password-short": passwordPage({ ...own, problem: "short" })
  }
}
