/** The pages of signing in by a letter, in every variant. */
import type { Frame, Page } from "../../src/http/pages/Layout.ts"
import { loginPage } from "../../src/http/pages/LoginPage.ts"
import { mailedCodePage } from "../../src/http/pages/MailedCodePage.ts"
import { mailedLinkPage } from "../../src/http/pages/MailedLinkPage.ts"
import type { Outside } from "./Samples.ts"

export const letterPages = (frame: Frame, o: Outside, logoUri: string): Record<string, Page> => {
  const framed = { ...frame, providerName: o.provider, interaction: o.interaction }
  const code = { ...framed, action: "/login/code", confirmation: o.userCode }
  const link = { ...framed, action: "/login/link/confirm", to: o.login, elsewhere: false }
  const login = { ...framed, action: "/login", clientName: o.client, mailAction: "/login/letter", deny: true }
  return {
    "login-mail": loginPage(login),
    "login-letter": loginPage({ ...login, error: "letter" }),
    "login-nameless": loginPage({ ...login, error: "nameless" }),
    "mailed-code": mailedCodePage(code),
    "mailed-code-wrong": mailedCodePage({ ...code, error: "wrong" }),
    "mailed-code-throttled": mailedCodePage({ ...code, error: "throttled" }),
    "mailed-link": mailedLinkPage({ ...link, clientName: o.client, logoUri }),
    "mailed-link-account": mailedLinkPage({ ...link, account: true }),
    "mailed-link-device": mailedLinkPage(link),
    "mailed-link-elsewhere": mailedLinkPage({ ...link, clientName: o.client, elsewhere: true }),
    "mailed-link-wrong": mailedLinkPage({ ...link, account: true, elsewhere: true, error: "wrong" })
  }
}
