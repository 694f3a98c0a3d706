/** English. */
import type { Texts } from "../Texts.ts"
import { account } from "./Account.ts"
import { frame } from "./Frame.ts"
import { signIn } from "./SignIn.ts"

export const texts: Texts = { ...frame, ...signIn, ...account }
