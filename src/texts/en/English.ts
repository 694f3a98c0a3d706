/** English. */
import type { Texts } from "../Texts.ts"
import { account } from "./Account.ts"
import { asked } from "./Asked.ts"
import { frame } from "./Frame.ts"
import { letters } from "./Letters.ts"
import { mailedLogin } from "./MailedLogin.ts"
import { sessions } from "./Sessions.ts"
import { passkeys } from "./Passkeys.ts"
import { signIn } from "./SignIn.ts"
import { profile } from "./Profile.ts"

export const texts: Texts = {
  ...account,
  ...asked,
  ...frame,
  ...letters,
  ...sessions,
  ...signIn,
  ...profile,
  ...mailedLogin,
  ...passkeys
}
