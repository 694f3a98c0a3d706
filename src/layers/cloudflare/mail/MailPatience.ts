/** How long one letter may take: somebody waits for it, and other letters wait for their turn. */
import { Effect } from "effect"
import { MailFailed } from "../../../services/ports/Mailer.ts"

/** Milliseconds. */
export const patience = 10_000

export const within = (time: number) =>
  Effect.timeoutOrElse({
    duration: time,
    orElse: () => Effect.fail(new MailFailed({ reason: "time", detail: `no answer within ${time} ms` }))
  })
