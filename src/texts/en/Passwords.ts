/** The sentences of setting a password. English. */
import type { PasswordTexts } from "../PasswordTexts.ts"

export const passwords: PasswordTexts = {
  passwords: {
    forgottenTitle: "Set a new password",
    forgottenLede: "Tell us who you are, and we’ll email you a link with which you can set a new password.",
    send: "Email me a link",
    back: "Back to sign in",
    sentTitle: "Check your email",
    sent: (minutes) =>
      `If there’s an account with that name and a confirmed email address, a link is on its way there. ` +
      `It works once, for ${minutes} minutes.`,
    resetTitle: "Set a new password",
    resetLede: "You’ll be signed out everywhere, and applications will have to ask you to sign in again.",
    whose: "Account of",
    present: "Current password",
    password: "New password",
    again: "New password again",
    rule: (shortest) => `At least ${shortest} characters, of any kind. A few words in a row are easy to remember.`,
    set: "Set password",
    setTitle: "Your new password is set",
    setDone:
      "You’ve been signed out everywhere. Sign in with your new password. Your passkeys still work: if somebody else " +
      "knew your old password, check in your account that all of them are yours.",
    signIn: "Sign in",
    voidTitle: "This link no longer works",
    void: "It was used, or it’s too old. If you’ve just set a password, sign in with it. If not, ask for another link.",
    another: "Ask for another link",
    accountLede: "When you change it, you’ll be signed out everywhere else.",
    firstLede: "You don’t have a password yet. When you set one, you’ll be signed out everywhere else.",
    changed: "Your password is changed. You’re signed out everywhere else.",
    problems: {
      short: "That password is too short: use at least 8 characters.",
      long: "That password is too long: use at most 1,024 characters.",
      malformed: "That password has half of a character in it. Type it again.",
      common: "That password is one that everybody tries first. Choose one that’s harder to guess.",
      pattern: "That password is only a few characters over and over, or in a row. Choose one that’s harder to guess.",
      names: "That password is your own name, or ours. Choose one that’s harder to guess.",
      mismatch: "The two passwords differ. Type the new one twice.",
      present: "That isn’t your current password. Check it and try again.",
      throttled: "Too many attempts. Wait a few minutes, then try again.",
      busy: "Something else in your account changed at the same moment. Nothing was done; please try again."
    }
  }
}
