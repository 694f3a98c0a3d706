/** The sentences of the page on which people see where they are signed in. English. */
import { html } from "../../html/Html.ts"
import type { SessionTexts } from "../SessionTexts.ts"

export const sessions: SessionTexts = {
  sessions: {
    lede: "If you don’t recognise one of these, sign it out, then change your password.",
    device: (browser, system) => `${browser} on ${system}`,
    unknownDevice: "Unknown device",
    unknownPlace: "Unknown place",
    tor: "Through the Tor network",
    present: "This browser",
    signedIn: (moment) => html`Signed in ${moment}`,
    seen: (moment) => html`Last used ${moment}`,
    ends: (moment) => html`Ends ${moment} unless it’s used`,
    methods: { pwd: "with a password", pop: "with a passkey", otp: "by email" },
    told: (clients) => `These applications are told when it ends: ${clients.join(", ")}`,
    endChosen: "Sign out the chosen ones",
    endOthers: "Sign out everywhere else",
    endAll: "Sign out everywhere",
    noneChosen: "Choose where you want to be signed out first.",
    ended: "You’re signed out there.",
    applications: (link) => html`Applications that you gave lasting access keep it. You can take it back under ${link}.`
  }
}
