/** Mail through Cloudflare's own binding (`send_email`). */
import { Effect, Layer } from "effect"
import { type Mail, Mailer, MailFailed } from "../../../services/ports/Mailer.ts"
import { patience, within } from "./MailPatience.ts"
import type { MailSettings } from "./MailSettings.ts"

export const mailerCloudflare = (
  { binding, from }: Extract<MailSettings, { _tag: "Cloudflare" }>,
  time = patience
): Layer.Layer<Mailer> =>
  Layer.succeed(Mailer, {
    send: ({ html, subject, text, to }: Mail) =>
      Effect.tryPromise({
        try: () =>
          binding.send({
            from: from.name === undefined ? from.address : { name: from.name, email: from.address },
            to,
            subject,
            text,
            html
          }),
        catch: failure
      }).pipe(within(time), Effect.asVoid)
  })

/** Of the platform's error codes those that will be the same however often it is asked. */
const refusals = /^E_(VALIDATION_ERROR|FIELD_MISSING|RECIPIENT_(NOT_ALLOWED|SUPPRESSED)|CONTENT_TOO_LARGE|HEADER_)/

const failure = (cause: unknown): MailFailed => {
  const code = (cause as { readonly code?: unknown } | null)?.code
  // The message of the error may name the address.
  if (typeof code !== "string") return new MailFailed({ reason: "network", detail: "the platform did not take it" })
  return new MailFailed({ reason: refusals.test(code) ? "refused" : "status", detail: code })
}
