/** Every page in every variant, with values of one's choice in every field that comes from outside. */
import { consentPage } from "../../src/http/pages/ConsentPage.ts"
import { deviceConsentPage } from "../../src/http/pages/DeviceConsentPage.ts"
import { deviceDecidedPage, devicePage } from "../../src/http/pages/DevicePage.ts"
import { errorPage } from "../../src/http/pages/ErrorPage.ts"
import { formPostPage } from "../../src/http/pages/FormPostPage.ts"
import { homePage } from "../../src/http/pages/HomePage.ts"
import type { Page } from "../../src/http/pages/Layout.ts"
import { loginPage } from "../../src/http/pages/LoginPage.ts"
import { loggedOutPage, logoutConfirmPage } from "../../src/http/pages/LogoutPage.ts"
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

/** All pages, by the name under which the browser sees them. */
export const pages = (o: Outside): Record<string, Page> => {
  const login = {
    action: "/login",
    interaction: o.interaction,
    clientName: o.client,
    providerName: o.provider
  }
  const consent = {
    action: "/consent",
    interaction: o.interaction,
    clientName: o.client,
    userName: o.user,
    redirectHost: o.host,
    providerName: o.provider
  }
  const scope = { ...scopeText({}, o.scope), description: o.description }
  return {
    login: loginPage({ ...login, ...links, logoUri: logo, deny: true }),
    "login-plain": loginPage(login),
    "login-credentials": loginPage({ ...login, ...links, loginHint: o.login, error: "credentials", deny: true }),
    "login-expired": loginPage({ ...login, error: "expired", deny: true }),
    "login-throttled": loginPage({ ...login, error: "throttled", loginHint: o.login }),
    "login-unavailable": loginPage({ ...login, error: "unavailable", loginHint: o.login }),
    "login-again": loginPage({ ...login, ...links, loginHint: o.login, reauthenticateAs: o.user, deny: true }),
    "login-popup": loginPage({ ...login, ...links, display: "popup", deny: true }),
    consent: consentPage({
      ...consent,
      ...links,
      logoUri: logo,
      scopes: ["openid", "profile", "email"].map((name) => scopeText({}, name)),
      claims: [],
      offlineAccess: false
    }),
    "consent-all": consentPage({
      ...consent,
      ...links,
      scopes: [
        ...askedTexts({}, [...known, "offline_access", o.scope], [{ name: o.client, scopes: [o.scope, o.claim] }]),
        resourceText({}, { name: o.host, scopes: [] }),
        scope
      ],
      claims: ["given_name", "phone_number", o.claim],
      offlineAccess: true
    }),
    "device-login": loginPage({ action: "/login", interaction: o.interaction, providerName: o.provider, deny: true }),
    device: devicePage({ action: "/device", interaction: o.interaction, providerName: o.provider }),
    "device-filled": devicePage({ action: "/device", interaction: o.interaction, userCode: o.userCode }),
    "device-unknown": devicePage({
      action: "/device",
      interaction: o.interaction,
      userCode: o.userCode,
      isUnknown: true
    }),
    "device-consent": deviceConsentPage({
      action: "/device/confirm",
      interaction: o.interaction,
      clientName: o.client,
      ...links,
      logoUri: logo,
      userName: o.user,
      userCode: o.userCode,
      providerName: o.provider,
      scopes: [...["openid", "profile"].map((name) => scopeText({}, name)), scope, scopeText({}, "offline_access")],
      claims: [],
      offlineAccess: true
    }),
    "device-approved": deviceDecidedPage({ decision: "approved", providerName: o.provider }),
    "device-denied": deviceDecidedPage({ decision: "denied" }),
    "logout-confirm": logoutConfirmPage({
      action: "/logout",
      csrf: o.interaction,
      userName: o.user,
      clientName: o.client,
      providerName: o.provider
    }),
    "logout-confirm-plain": logoutConfirmPage({ action: "/logout", csrf: o.interaction }),
    "logged-out": loggedOutPage({ clientName: o.client, continueUri: links.clientUri, providerName: o.provider }),
    "logged-out-plain": loggedOutPage({}),
    error: errorPage({
      title: "This sign-in link doesn’t work",
      error: o.error,
      description: o.description,
      parameter: o.parameter,
      reference: o.reference,
      providerName: o.provider
    }),
    "error-plain": errorPage({ title: o.description, error: o.error, description: o.description }),
    "form-post": formPostPage({
      uri: "https://marginalia.example/cb",
      host: o.host,
      fields: { code: o.interaction, state: o.description },
      providerName: o.provider
    }),
    home: homePage({ userName: o.user, providerName: o.provider }),
    "home-plain": homePage({})
  }
}
