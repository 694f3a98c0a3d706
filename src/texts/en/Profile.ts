/** The sentences of the page on which people see and change their profile. English. */
import type { ProfileTexts } from "../ProfileTexts.ts"

export const profile: ProfileTexts = {
  profile: {
    lede: "Applications see only what you allow them. Everything here may be left empty.",
    labels: {
      name: "Full name",
      given_name: "Given name",
      family_name: "Family name",
      middle_name: "Middle name",
      nickname: "Nickname",
      gender: "Gender",
      birthdate: "Date of birth",
      picture: "Picture",
      profile: "Profile page",
      website: "Website",
      locale: "Language",
      zoneinfo: "Time zone",
      phone_number: "Phone number",
      street_address: "Street address",
      locality: "Town or city",
      region: "State or region",
      postal_code: "Postal code",
      country: "Country",
      formatted: "The whole address, as on an envelope"
    },
    hints: {
      birthdate: "Like 1815-12-10. Write 0000 for a year you don’t want to tell.",
      picture: "The address of an image on the web.",
      locale: "A language tag like en-GB or ja.",
      phone_number: "With the country code, like +44 20 7946 0000."
    },
    groups: {
      person: "About you",
      links: "On the web",
      place: "Language and time",
      phone: "Phone",
      address: "Postal address"
    },
    faults: {
      text: "This has characters that can’t be used.",
      long: "This is too long.",
      url: "Enter a web address that begins with https:// or http://.",
      birthdate: "Enter a date like 1815-12-10, or 0000-12-10 without the year.",
      zoneinfo: "Choose one of the time zones.",
      locale: "Enter a language tag like en-GB or ja.",
      phone: "Enter a phone number with its country code, like +44 20 7946 0000."
    },
    choose: "Not said",
    save: "Save",
    saved: "Your profile is saved.",
    faulty: "Nothing is saved yet: some fields need another look.",
    changed:
      "Your profile was changed somewhere else while this page was open. This is how it is now; nothing was saved.",
    fixedHeading: "Your account",
    fixed: { sub: "Account", username: "User name", email: "Email address", updated: "Last changed" },
    fixedHint: "The user name can’t be changed here, because you sign in with it.",
    verified: "confirmed",
    unverified: "not confirmed",
    none: "None"
  }
}
