/** The sentences that every page has, of the front page, of leaving, and of errors. English. */
import { html } from "../../html/Html.ts"
import type { FrameTexts } from "../FrameTexts.ts"

export const frame: FrameTexts = {
  frame: {
    about: "About this sign-in service",
    languages: "Language",
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
    problems: {
      request: {
        title: "The request is not valid",
        description: "The application sent you here with a request that cannot be answered."
      },
      tooLong: {
        title: "The request is not valid",
        description: "The request is too long to be carried in an address."
      },
      notFound: { title: "There is nothing here", description: "This page does not exist." },
      malformed: {
        title: "This cannot go on",
        description: "The link or form that led here is not one of this provider’s."
      },
      foreign: {
        title: "This cannot go on",
        description: "This was begun in another browser, or its cookies are gone. Begin again."
      },
      expired: {
        title: "This cannot go on",
        description: "This page was open for too long. Go back to the application and begin again."
      },
      withdrawn: {
        title: "This cannot go on",
        description: "The application is no longer registered here, or not with this address."
      },
      throttled: {
        title: "Too many attempts",
        description: "Wait a few minutes, then try again."
      },
      unavailable: {
        title: "Not available right now",
        description: "It is not certain that what you asked for was done. Try again in a moment."
      },
      defect: {
        title: "This went wrong",
        description: "Something is wrong at this provider. Its operator finds it in the log by the reference."
      }
    },
    advice:
      "Go back to the application and try again. If it keeps happening, its developers need what is written here.",
    detail: "Details",
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
    account: "Your account",
    signIn: "Sign in to your account",
    signOut: "Sign out",
    nobody: "Nobody is signed in here in this browser.",
    discovery: "Discovery document, for developers"
  }
}
