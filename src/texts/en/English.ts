/** English. */
import type { Texts } from "../Texts.ts"
import { account } from "./Account.ts"
import { applications } from "./Applications.ts"
import { asked } from "./Asked.ts"
import { email } from "./Email.ts"
import { frame } from "./Frame.ts"
import { letters } from "./Letters.ts"
import { mailedLogin } from "./MailedLogin.ts"
import { passkeys } from "./Passkeys.ts"
import { passwords } from "./Passwords.ts"
import { picture } from "./Picture.ts"
import { profile } from "./Profile.ts"
import { sessions } from "./Sessions.ts"
import { signIn } from "./SignIn.ts"

export const texts: Texts = {
  ...account,
  ...applications,
  ...asked,
  ...email,
  ...frame,
  ...letters,
  ...mailedLogin,
  ...sessions,
  ...passkeys,
  ...passwords,
  ...picture,
  ...profile,
  ...signIn
}
