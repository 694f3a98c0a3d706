/** The sentences of the pages on which people look after their account. English. */
import type { AccountTexts } from "../AccountTexts.ts"

export const account: AccountTexts = {
  accountFrame: {
    navigation: "Your account",
    sections: {
      profile: "Profile",
      picture: "Picture",
      email: "Email address",
      passkeys: "Passkeys",
      password: "Password",
      sessions: "Where you’re signed in",
      applications: "Applications"
    },
    signOut: "Sign out"
  }
}
