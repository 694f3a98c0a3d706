/** The sentences of signing in and of saying yes or no to an application. English. */
import { html } from "../../html/Html.ts"
import type { SignInTexts } from "../SignInTexts.ts"

export const signIn: SignInTexts = {
  client: {
    unnamed: "Unnamed application",
    about: (client) => `About ${client}`,
    website: "Website",
    policy: "Privacy policy",
    terms: "Terms of service"
  },
  login: {
    title: "Sign in",
    continueTo: (client) => html`to continue to ${client}`,
    login: "Email or username",
    password: "Password",
    submit: "Sign in",
    passkey: "Sign in with a passkey",
    passkeyProblem: "No passkey was used. Try again, or sign in another way.",
    mail: "Email me a link or code",
    forgotten: "Forgot your password?",
    stepUp: {
      wanted: (client) => html`${client} asks you to sign in with a passkey, if you have one.`,
      needed: (client) => html`${client} can only be used after you sign in with a passkey.`
    },
    deny: "Cancel",
    passwordStaysHere: (client) => html`${client} never sees your password.`,
    connectDevice: "to connect a device to your account",
    toAccount: "to look after your account",
    errors: {
      credentials: "That email or username and password don’t match. Check both and try again.",
      passkey: "That passkey didn’t work here. Try another one, or sign in another way.",
      letter: "That link or code is no longer valid: it was used, tried too often, or is too old.",
      nameless: "Enter your email or username first, then ask for the letter.",
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
    throttled: "You’ve entered too many codes. Wait a few minutes, then try again with a new code from your device.",
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
  }
}
