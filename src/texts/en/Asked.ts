/** What applications ask for, in words for the person who is asked. English. */
import type { AskedTexts } from "../AskedTexts.ts"

export const asked: AskedTexts = {
  scopes: {
    known: {
      openid: {
        title: "Know that it’s you",
        description: "An identifier for your account, so that it recognises you next time."
      },
      profile: {
        title: "See your profile",
        description: "Your name, picture, birthday, language and other profile details."
      },
      email: { title: "See your email address", description: "The address, and whether it has been verified." },
      address: { title: "See your postal address", description: "Your street, town, postal code and country." },
      phone: { title: "See your phone number", description: "The number, and whether it has been verified." },
      offline_access: {
        title: "Keep this access while you’re away",
        description: "Without asking you to sign in again, until you remove its access."
      }
    },
    unknown: "A permission that has no description here."
  },
  resource: {
    title: (name) => `Use ${name} for you`,
    description: (scopes) =>
      scopes.length === 0 ? "With no particular permission." : `With permission for: ${scopes.join(", ")}.`
  },
  claims: {
    known: {
      sub: "account identifier",
      name: "full name",
      given_name: "given name",
      family_name: "family name",
      middle_name: "middle name",
      nickname: "nickname",
      preferred_username: "username",
      profile: "profile page",
      picture: "picture",
      website: "website",
      email: "email address",
      email_verified: "whether your email address is verified",
      gender: "gender",
      birthdate: "birthday",
      zoneinfo: "time zone",
      locale: "language",
      phone_number: "phone number",
      phone_number_verified: "whether your phone number is verified",
      address: "postal address",
      updated_at: "when your profile last changed",
      auth_time: "when you last signed in",
      acr: "how you signed in",
      amr: "how you signed in"
    },
    list: (names) => {
      const list = names.join(", ")
      return `${list.charAt(0).toUpperCase()}${list.slice(1)}.`
    }
  }
}
