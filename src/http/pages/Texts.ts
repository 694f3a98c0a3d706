/**
 * Every sentence of every page, in one object a language; scopes and claims have their own (`ScopeTexts`,
 * `ClaimTexts`).
 *
 * A sentence with a name in it is a function, because languages put names in different places. A second language is a
 * member of `Language` and an object here: the compiler asks for every sentence.
 */
import { html, type Html } from "./Html.ts"

export type Language = "en"

/** Why the login page is shown again. */
export type LoginError = "credentials" | "expired" | "throttled" | "unavailable"

export interface Texts {
  readonly direction: "ltr" | "rtl"
  readonly frame: {
    readonly about: string
    readonly errorTitle: (title: string) => string
    readonly newTab: string
    readonly signedInAs: string
  }
  readonly client: {
    /** Stands for a name in which nothing can be seen. */
    readonly unnamed: string
    readonly about: (client: string) => string
    readonly website: string
    readonly policy: string
    readonly terms: string
  }
  readonly login: {
    readonly title: string
    readonly reauthenticateTitle: string
    readonly continueTo: (client: Html) => Html
    readonly reauthenticate: (user: Html, client: Html) => Html
    readonly login: string
    readonly password: string
    readonly submit: string
    readonly deny: string
    readonly passwordStaysHere: (client: Html) => Html
    /** Of a device nothing is told before somebody has signed in. */
    readonly connectDevice: string
    readonly errors: Record<LoginError, string>
  }
  readonly consent: {
    readonly title: (client: string) => string
    readonly heading: (client: Html) => Html
    readonly lede: string
    readonly claims: string
    readonly returnTo: (host: Html) => Html
    readonly approve: string
    readonly deny: string
  }
  readonly device: {
    readonly title: string
    readonly lede: string
    readonly userCode: string
    readonly submit: string
    readonly unknown: string
    readonly onlyYours: string
    readonly confirmTitle: (client: string) => string
    readonly confirmHeading: (client: Html) => Html
    readonly compare: string
    readonly warning: string
    readonly approve: string
    readonly deny: string
    readonly approvedTitle: string
    readonly approved: string
    readonly deniedTitle: string
    readonly denied: string
  }
  readonly logout: {
    readonly title: string
    readonly askedBy: (client: Html) => Html
    readonly lede: string
    readonly confirm: string
    readonly stay: string
    readonly doneTitle: string
    readonly done: string
    readonly continue: string
    readonly continueTo: (client: Html) => Html
  }
  readonly formPost: {
    readonly title: string
    readonly lede: (host: Html) => Html
    readonly submit: string
  }
  readonly error: {
    readonly advice: string
    readonly code: string
    readonly parameter: string
    readonly reference: string
  }
  readonly home: {
    readonly title: string
    readonly heading: string
    readonly lede: (provider: Html) => Html
    readonly signOut: string
    readonly nobody: string
    readonly discovery: string
  }
}

const en: Texts = {
  direction: "ltr",
  frame: {
    about: "About this sign-in service",
    errorTitle: (title) => `Error: ${title}`,
    newTab: "(opens in a new tab)",
    signedInAs: "Signed in as"
  },
  client: {
    unnamed: "Unnamed application",
    about: (client) => `About ${client}`,
    website: "Website",
    policy: "Privacy policy",
    terms: "Terms of service"
  },
  login: {
    title: "Sign in",
    reauthenticateTitle: "Confirm it’s you",
    continueTo: (client) => html`to continue to ${client}`,
    reauthenticate: (user, client) =>
      html`You are signed in as ${user}. Enter your password again to continue to ${client}.`,
    login: "Email or username",
    password: "Password",
    submit: "Sign in",
    deny: "Cancel",
    passwordStaysHere: (client) => html`${client} never sees your password.`,
    connectDevice: "to connect a device to your account",
    errors: {
      credentials: "That email or username and password don’t match. Check both and try again.",
      expired: "You were away for a while, so this sign-in expired. Please sign in again.",
      throttled: "Too many attempts. Wait a few minutes, then try again.",
      unavailable: "We couldn’t check your password just now. Nothing is wrong with your account; please try again."
    }
  },
  consent: {
    title: (client) => `Allow ${client}?`,
    heading: (client) => html`Allow ${client} to use your account?`,
    lede: "It will be able to:",
    claims: "See these details",
    returnTo: (host) => html`Either way, you’ll go back to ${host}.`,
    approve: "Allow",
    deny: "Don’t allow"
  },
  device: {
    title: "Connect a device",
    lede: "Enter the code that your device shows.",
    userCode: "Code",
    submit: "Continue",
    unknown: "No device is waiting with that code. Check it, or get a new one on your device: codes last ten minutes.",
    onlyYours: "Go on only if you have the device with you and started this there yourself.",
    confirmTitle: (client) => `Connect ${client}?`,
    confirmHeading: (client) => html`Connect ${client} to your account?`,
    compare: "Your device shows this code:",
    warning: "If somebody sent you the code or a link, they would get into your account.",
    approve: "Allow",
    deny: "Don’t allow",
    approvedTitle: "Device connected",
    approved: "You can go back to your device, which goes on by itself. You can close this window.",
    deniedTitle: "Device not connected",
    denied: "The device got no access to your account. You can close this window."
  },
  logout: {
    title: "Sign out?",
    askedBy: (client) => html`${client} asks to sign you out here.`,
    lede: "You’ll need to sign in again the next time an application asks for it.",
    confirm: "Sign out",
    stay: "Stay signed in",
    doneTitle: "You’re signed out",
    done: "You’re no longer signed in here. You can close this window.",
    continue: "Continue",
    continueTo: (client) => html`Continue to ${client}`
  },
  formPost: {
    title: "Going back",
    lede: (host) => html`You’ll be taken back to ${host}. If nothing happens, press the button.`,
    submit: "Continue"
  },
  error: {
    advice:
      "Go back to the application and try again. If it keeps happening, its developers need what is written here.",
    code: "Error",
    parameter: "Parameter",
    reference: "Reference"
  },
  home: {
    title: "Home",
    heading: "One sign-in for your applications",
    lede: (provider) =>
      html`${provider} is an OpenID Provider. Applications send you here to sign in, so that only one place knows your
      password.`,
    signOut: "Sign out",
    nobody: "Nobody is signed in here in this browser. To sign in, start from an application.",
    discovery: "Discovery document, for developers"
  }
}

export const texts: Record<Language, Texts> = { en }
