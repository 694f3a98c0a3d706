/** Where the letters of `npm start` go: into the demo's mailbox, or the way that the environment names. */
import { Result } from "effect"
import { readMail } from "../layers/cloudflare/mail/MailSettings.ts"
import { CliFailure } from "./CliFailure.ts"

export interface LocalMail {
  /** The Worker's own variables, if the environment gives any. */
  readonly variables: Readonly<Record<string, string>>
  /** Whether the demo shows a mailbox, which takes the letters instead. */
  readonly mailbox: boolean
}

const names = ["MAIL_FROM", "MAIL_URL", "MAIL_KEY"] as const

/**
 * Whoever opens the mailbox can read everybody's letters, and so sign in as anybody. It is for a provider that only
 * this computer reaches; for any other it has to be asked for.
 */
export const readLocalMail = (
  given: Readonly<Record<string, string | undefined>>,
  demo: { readonly isShown: boolean; readonly isOnThisComputer: boolean }
): Result.Result<LocalMail, CliFailure> => {
  const refuse = (message: string) => Result.fail(new CliFailure({ message }))
  const variables = Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]))
  )
  const sends = Object.keys(variables).length > 0
  const wanted = given["MAILBOX"] ?? (demo.isShown && demo.isOnThisComputer && !sends ? "on" : "off")
  if (wanted !== "on" && wanted !== "off") {
    return refuse(`MAILBOX must be on or off; it is ${JSON.stringify(wanted)}`)
  }
  if (wanted === "on" && sends) return refuse("MAILBOX is on, and MAIL_FROM, MAIL_URL or MAIL_KEY is set: choose one")
  if (wanted === "on" && !demo.isShown) return refuse("MAILBOX is a page of the demo, and the demo is off")
  const read = readMail(variables)
  return Result.isFailure(read) ? refuse(read.failure) : Result.succeed({ variables, mailbox: wanted === "on" })
}
