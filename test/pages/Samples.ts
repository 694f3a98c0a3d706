/** Every page in every variant, with values of one's choice in every field that comes from outside. */
import { type Language, languages } from "../../src/domain/Language.ts"
import { SecretHash, UserId } from "../../src/domain/Ids.ts"
import { CredentialId, Passkey } from "../../src/domain/Passkey.ts"
import { html } from "../../src/html/Html.ts"
import { letterPages } from "./LetterSamples.ts"
import { passwordPages } from "./PasswordSamples.ts"
import { documentFor } from "../../src/http/admin/AdminDocument.ts"
import { adminReferencePage } from "../../src/http/admin/AdminReference.ts"
import { consentPage } from "../../src/http/pages/ConsentPage.ts"
import { deviceConsentPage } from "../../src/http/pages/DeviceConsentPage.ts"
import { deviceDecidedPage, devicePage } from "../../src/http/pages/DevicePage.ts"
import { errorPage } from "../../src/http/pages/ErrorPage.ts"
import { formPostPage } from "../../src/http/pages/FormPostPage.ts"
import { homePage } from "../../src/http/pages/HomePage.ts"
import type { Frame, Page } from "../../src/http/pages/Layout.ts"
import { addPasskeyPage } from "../../src/http/pages/account/AddPasskeyPage.ts"
import { passkeysPage } from "../../src/http/pages/account/PasskeysPage.ts"
import { sessionsPage } from "../../src/http/pages/account/SessionsPage.ts"
import { loginPage } from "../../src/http/pages/LoginPage.ts"
import { loggedOutPage, logoutConfirmPage } from "../../src/http/pages/LogoutPage.ts"
import { accountPages } from "./AccountSamples.ts"
import { askedTexts, resourceText, scopeText } from "../../src/http/pages/AskedWords.ts"

/** The strings that reach a page from outside. Addresses are apart: they decide whether a link exists at all. */
export interface Outside {
  readonly client: string
  readonly user: string
  readonly login: string
  readonly userCode: string
  readonly interaction: string
  readonly host: string
  readonly scope: string
  readonly claim: string
  readonly error: string
  readonly description: string
  readonly parameter: string
  readonly reference: string
  readonly provider: string
}

export const ordinary: Outside = {
  client: "Marginalia",
  user: "Ada Lovelace",
  login: "ada@example.com",
  userCode: "WDJB-MJHT",
  interaction: "q7Yw0bq4mJ3h",
  host: "marginalia.example",
  scope: "library.read",
  claim: "favourite_colour",
  error: "invalid_request",
  description: "The redirect_uri is not one that this client has registered.",
  parameter: "redirect_uri",
  reference: "8f14e45f-ceea-467f",
  provider: "Hapax"
}

export const logo = "https://marginalia.example/logo.svg"

const links = {
  clientUri: "https://marginalia.example/",
  policyUri: "https://marginalia.example/privacy",
  tosUri: "https://marginalia.example/terms"
}

const known = ["openid", "profile", "email", "address", "phone"]

const chromeOnWindows =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36"
const safariOnIphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 " +
  "Mobile/15E148 Safari/604.1"

/** One section of the admin API: the page is as long as there are sections. */
const partOfDocument = (issuer: string) => {
  const { paths, tags, ...document } = documentFor(issuer)
  const kept = Object.entries(paths).filter(([path]) => path.startsWith("/admin/registration-tokens"))
  return { ...document, tags: tags.slice(1, 2), paths: Object.fromEntries(kept) }
}

/** A session that began so many days after the first of November 2026. */
const session = (sid: string, days: number) => {
  const authTime = Date.UTC(2026, 10, 1 + days, 9, 5)
  return {
    sid: sid.repeat(22),
    authentication: { authTime, amr: ["pwd"] },
    seenAt: authTime + 3_600_000,
    endsAt: authTime + 262_800_000
  }
}

/** A passkey that was made so many days after the first of November 2026, and may have been copied. */
const passkey = (name: string, days: number, changes: Partial<Passkey> = {}) => {
  const createdAt = Date.UTC(2026, 10, 1 + days, 9, 5)
  return new Passkey(
    {
      userId: UserId.make(`1-0.${"A".repeat(22)}`),
      credentialId: CredentialId.make(`${days}`.repeat(43)),
      publicKey: "AAAA",
      signCount: 0,
      transports: [],
      backupEligible: false,
      backedUp: false,
      aaguid: "00000000-0000-0000-0000-000000000000",
      name,
      createdAt,
      lastUsedAt: null,
      suspected: { at: createdAt, session: SecretHash.make("A".repeat(43)) },
      ...changes
    },
    // A name may be hostile here, and longer than any that was let in.
    { disableChecks: true }
  )
}

/** All pages, by the name under which the browser sees them. */
export const pages = (o: Outside, language: Language = "en"): Record<string, Page> => {
  const frame: Frame = {
    language,
    addresses: languages.map((one) => ({ language: one, address: `/?language=${one}` }))
  }
  const login = {
    ...frame,
    action: "/login",
    interaction: o.interaction,
    clientName: o.client,
    providerName: o.provider
  }
  const consent = {
    ...frame,
    action: "/consent",
    interaction: o.interaction,
    clientName: o.client,
    userName: o.user,
    redirectHost: o.host,
    providerName: o.provider
  }
  const scope = { ...scopeText(frame, o.scope), description: o.description }
  return {
    login: loginPage({ ...login, ...links, logoUri: logo, deny: true }),
    "login-plain": loginPage(login),
    "login-credentials": loginPage({ ...login, ...links, loginHint: o.login, error: "credentials", deny: true }),
    "login-expired": loginPage({ ...login, error: "expired", deny: true }),
    "login-throttled": loginPage({ ...login, error: "throttled", loginHint: o.login }),
    "login-unavailable": loginPage({ ...login, error: "unavailable", loginHint: o.login }),
    "login-again": loginPage({ ...login, ...links, loginHint: o.login, deny: true }),
    "login-popup": loginPage({ ...login, ...links, display: "popup", deny: true }),
    consent: consentPage({
      ...consent,
      ...links,
      logoUri: logo,
      scopes: ["openid", "profile", "email"].map((name) => scopeText(frame, name)),
      claims: [],
      offlineAccess: false
    }),
    "consent-all": consentPage({
      ...consent,
      ...links,
      scopes: [
        ...askedTexts(frame, [...known, "offline_access", o.scope], [{ name: o.client, scopes: [o.scope, o.claim] }]),
        resourceText(frame, { name: o.host, scopes: [] }),
        scope
      ],
      claims: ["given_name", "phone_number", o.claim],
      offlineAccess: true
    }),
    "device-login": loginPage({
      ...frame,
      action: "/login",
      interaction: o.interaction,
      providerName: o.provider,
      deny: true
    }),
    device: devicePage({ ...frame, action: "/device", interaction: o.interaction, providerName: o.provider }),
    "device-filled": devicePage({ ...frame, action: "/device", interaction: o.interaction, userCode: o.userCode }),
    "device-unknown": devicePage({
      ...frame,
      action: "/device",
      interaction: o.interaction,
      userCode: o.userCode,
      problem: "unknown"
    }),
    "device-throttled": devicePage({
      ...frame,
      action: "/device",
      interaction: o.interaction,
      userCode: o.userCode,
      problem: "throttled"
    }),
    "device-consent": deviceConsentPage({
      ...frame,
      action: "/device/confirm",
      interaction: o.interaction,
      clientName: o.client,
      ...links,
      logoUri: logo,
      userName: o.user,
      userCode: o.userCode,
      providerName: o.provider,
      scopes: [
        ...["openid", "profile"].map((name) => scopeText(frame, name)),
        scope,
        scopeText(frame, "offline_access")
      ],
      claims: [],
      offlineAccess: true
    }),
    "device-approved": deviceDecidedPage({ ...frame, decision: "approved", providerName: o.provider }),
    "device-denied": deviceDecidedPage({ ...frame, decision: "denied" }),
    "logout-confirm": logoutConfirmPage({
      ...frame,
      action: "/logout",
      csrf: o.interaction,
      userName: o.user,
      clientName: o.client,
      providerName: o.provider
    }),
    "logout-confirm-plain": logoutConfirmPage({ ...frame, action: "/logout", csrf: o.interaction }),
    "logged-out": loggedOutPage({
      ...frame,
      clientName: o.client,
      continueUri: links.clientUri,
      providerName: o.provider
    }),
    "logged-out-plain": loggedOutPage(frame),
    error: errorPage({
      ...frame,
      problem: "request",
      error: o.error,
      detail: o.description,
      parameter: o.parameter,
      reference: o.reference,
      providerName: o.provider
    }),
    "error-plain": errorPage({ ...frame, problem: "notFound", error: o.error }),
    "form-post": formPostPage({
      ...frame,
      uri: "https://marginalia.example/cb",
      host: o.host,
      fields: { code: o.interaction, state: o.description },
      providerName: o.provider
    }),
    "login-passkey": loginPage({
      ...login,
      ...links,
      passkey: { challenge: "MS0wLkFB", rpId: "id.example" },
      error: "passkey",
      deny: true
    }),
    "account-passkeys": passkeysPage({
      ...frame,
      providerName: o.provider,
      userName: o.user,
      interaction: o.interaction,
      passkeys: [passkey(o.client, 1), passkey(o.user, 2, { lastUsedAt: Date.UTC(2026, 10, 9), backupEligible: true })]
    }),
    "account-passkeys-none": passkeysPage({
      ...frame,
      userName: o.user,
      interaction: o.interaction,
      passkeys: [],
      notice: html`<p role="alert" class="alert">${o.description}</p>`
    }),
    "account-passkeys-add": addPasskeyPage({
      ...frame,
      providerName: o.provider,
      userName: o.user,
      interaction: o.interaction,
      asked: { challenge: "MS0wLkFB", rpId: "id.example", user: "MS0wLkFB", account: o.login, known: ["AAAA", "BBBB"] }
    }),
    "account-sessions": sessionsPage({
      ...frame,
      providerName: o.provider,
      userName: o.user,
      interaction: o.interaction,
      notice: undefined,
      sessions: [
        { ...session("0", 1), isPresent: true, origin: { userAgent: chromeOnWindows, place: "JP" }, clients: [] },
        { ...session("1", 2), isPresent: false, origin: { userAgent: o.login, place: o.host }, clients: [o.client] },
        { ...session("2", 3), isPresent: false, origin: { userAgent: safariOnIphone, place: "T1" }, clients: [] }
      ]
    }),
    home: homePage({ ...frame, userName: o.user, providerName: o.provider }),
    "home-plain": homePage(frame),
    "admin-reference": adminReferencePage({ ...frame, providerName: o.provider, document: partOfDocument(o.host) }),
    ...accountPages(frame, o, logo),
    ...passwordPages(frame, o),
    ...letterPages(frame, o, logo)
  }
}
