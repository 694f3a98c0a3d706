/** Sending mail: whichever way the operator has chosen. */
import { Context, type Effect, Schema } from "effect"

/** A letter as it is sent. Its sender is the operator's, and no letter chooses another. */
export interface Mail {
  /** The same one if it is sent again: a provider that knows it sends it once. */
  readonly id: string
  readonly to: string
  /** One line. */
  readonly subject: string
  readonly text: string
  readonly html: string
}

/**
 * It was not sent, or nobody knows whether it was. `refused`: this letter will never be taken, whoever asks again;
 * everything else may be over soon. `detail` is for the log: never the address or the text.
 */
export class MailFailed extends Schema.TaggedError<MailFailed>()("MailFailed", {
  reason: Schema.Literals(["refused", "status", "time", "network", "none"]),
  detail: Schema.String
}) {}

export class Mailer extends Context.Service<
  Mailer,
  { readonly send: (mail: Mail) => Effect.Effect<void, MailFailed> }
>()("hapax/ports/Mailer") {}
