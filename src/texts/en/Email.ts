/** The sentences of the pages on which people change their e-mail address. English. */
import { html } from "../../html/Html.ts"
import type { EmailTexts } from "../EmailTexts.ts"

export const email: EmailTexts = {
  email: {
    present: (address) => html`Your email address is ${address}.`,
    none: "Your account has no email address yet.",
    verified: "You have confirmed it.",
    unverified: "You haven’t confirmed it yet: enter it below to get a letter.",
    lede: "We send a link to the new address. It changes nothing until you use it.",
    label: "New email address",
    submit: "Send the link",
    asked: (address) => html`A link is on its way to ${address}. It works for 30 minutes, once.`,
    problems: {
      address: "Enter an address like alice@example.com.",
      same: "This is your address already."
    },
    confirmTitle: "Confirm this address?",
    confirm: (address) =>
      html`From now on ${address} is the email address of your account, and you can sign in with it.`,
    confirmSubmit: "Use this address",
    changed: "Your email address is confirmed.",
    dead: {
      expired: "This link is too old.",
      foreign: "This link is for another account than the one that is signed in here.",
      spent: "This link was used already.",
      stale: "Your email address was changed in another way since this link was sent.",
      taken: "Another account has this address."
    },
    again: "Ask for another link"
  }
}
