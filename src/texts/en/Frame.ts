/** The sentences that every page has, of the front page, of leaving, and of errors. English. */
import { html } from "../../html/Html.ts"
import type { FrameTexts } from "../FrameTexts.ts"

export const frame: FrameTexts = {
  frame: {
    about: "About this sign-in service",
    errorTitle: (title) => `Error: ${title}`,
    newTab: "(opens in a new tab)",
    signedInAs: "Signed in as"
  },
  formPost: {
    title: "Going back",
    lede: (host) => html`You’ll be taken back to ${host}. If nothing happens, press the button.`,
    submit: "Continue"
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
