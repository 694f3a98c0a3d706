/** A password that an operator gives somebody, and what the operator is told if it may not be set. */
import { Effect, type Redacted } from "effect"
import { longest, type PasswordFault, shortest } from "../../../domain/Password.ts"
import type { Profile } from "../../../domain/User.ts"
import { hashNewPassword } from "../NewPassword.ts"
import { InvalidField } from "./Refusals.ts"

const messages: Record<PasswordFault, string> = {
  short: `The password must have at least ${shortest} and at most ${longest} characters.`,
  long: `The password must have at least ${shortest} and at most ${longest} characters.`,
  malformed: "The password has half of a character in it.",
  common: "The password is one of those that everybody tries first.",
  pattern: "The password is only a few characters over and over, or a row of neighbours.",
  names: "The password is a name of the user or of this provider."
}

/** The PHC string of a password that may be set. */
export const hashOperatorsPassword = (password: Redacted.Redacted, profile: Profile) =>
  hashNewPassword(password, { profile }).pipe(
    Effect.mapError(({ fault }) => new InvalidField({ field: "password", message: messages[fault] }))
  )
