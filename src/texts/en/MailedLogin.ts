/** The sentences of signing in by a letter. English. */
import { html } from "../../html/Html.ts"
import type { MailedLoginTexts } from "../MailedLoginTexts.ts"

export const mailedLogin: MailedLoginTexts = {
  mailedCode: {
    title: "Check your email",
    lede:
      "If that name belongs to an account with a confirmed email address, a letter is on its way to it. " +
      "Open the link in it, or enter its code here.",
    code: "Code from the letter",
    submit: "Sign in",
    wrong: "That code isn’t right. Check it against the newest letter.",
    elsewhere: "If you open the link in another browser or on another device, it asks for this:",
    again: "Sign in another way"
  },
  mailedLink: {
    title: "Sign in",
    continueTo: (client) => html`to continue to ${client}`,
    connectDevice: "to connect a device to your account",
    toAccount: "to look after your account",
    sentTo: "The letter was sent to",
    confirmation: "Letters shown where you asked for it",
    elsewhere:
      "You asked for this letter in another browser or on another device. Enter the six letters that are shown there.",
    submit: "Sign in",
    wrong: "Those aren’t the letters shown where you asked for the link.",
    warning: "Go on only if you asked for this letter yourself."
  }
}
