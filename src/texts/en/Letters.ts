/** The sentences of the letters that are sent by e-mail. English. */
import type { LetterTexts } from "../LetterTexts.ts"

const lasts = (minutes: number) => `The link works once, within ${minutes} minutes.`

export const letters: LetterTexts = {
  letters: {
    copyLink: "If the button doesn’t work, copy this address into your browser:",
    signIn: {
      subject: (provider) => `Sign in to ${provider}`,
      title: "Sign in",
      lede: (provider) => `You asked to sign in to ${provider}. Follow this link to go on:`,
      button: "Sign in",
      lasts,
      code: "Or enter this code where you asked for it:",
      codeLasts: (minutes) => `The code works once, within ${minutes} minutes.`,
      keepCode: "Don’t tell the code to anybody, whoever asks: nobody who means well needs it.",
      unasked: "If you didn’t ask for this, somebody may have mistyped an address. Do nothing, and nobody gets in."
    },
    reset: {
      subject: (provider) => `Choose a new password for ${provider}`,
      title: "Choose a new password",
      lede: (provider) => `You asked to set a new password for your account at ${provider}.`,
      button: "Choose a new password",
      lasts,
      unasked: "If you didn’t ask for this, do nothing: your password stays as it is."
    },
    emailChange: {
      subject: (provider) => `Confirm your email address for ${provider}`,
      title: "Confirm your email address",
      lede: (provider) => `You asked to use this email address for your account at ${provider}.`,
      button: "Confirm this address",
      lasts,
      unasked: "If you didn’t ask for this, do nothing: this address is then not used."
    },
    notices: {
      password_changed: {
        subject: (provider) => `Your password for ${provider} was changed`,
        title: "Your password was changed",
        body: (provider) =>
          `The password of your account at ${provider} was changed. Everywhere else you were signed out.`
      },
      email_changed: {
        subject: (provider) => `Your email address at ${provider} was changed`,
        title: "Your email address was changed",
        body: (provider) => `Your account at ${provider} has a new email address. This one isn’t used for it any more.`
      },
      passkey_added: {
        subject: (provider) => `A passkey was added at ${provider}`,
        title: "A passkey was added",
        body: (provider) => `Your account at ${provider} has a new passkey, which can be used to sign in.`
      },
      passkey_removed: {
        subject: (provider) => `A passkey was removed at ${provider}`,
        title: "A passkey was removed",
        body: (provider) => `A passkey was removed from your account at ${provider}. It can’t be used to sign in now.`
      },
      possible_clone: {
        subject: (provider) => `A sign-in at ${provider} was refused`,
        title: "A sign-in was refused",
        body: (provider) =>
          `Somebody tried to sign in to your account at ${provider} with a passkey that may have been copied. ` +
          "Remove that passkey from your account, and add a new one."
      }
    },
    notYou:
      "If this wasn’t you, sign in now, change your password, look at your passkeys and sign out everywhere else.",
    sentBy: (provider) => `${provider} sent you this letter because your address is known there, or was entered there.`
  }
}
