/**
 * Mail through a provider that takes letters as JSON over HTTP, as Resend and those that are like it do: one exchange,
 * without redirects and bounded in time. Of the answer only the status is looked at, for the text may tell the letter.
 */
import { Effect, Layer, Redacted } from "effect"
import { type Mail, Mailer, MailFailed } from "../../../services/ports/Mailer.ts"
import { patience, within } from "./MailPatience.ts"
import type { MailSettings } from "./MailSettings.ts"

/** The letter itself is what is wrong; anything else may be put right by somebody, and then the letter is taken. */
const refusals = [400, 413, 422]

export const mailerHttp = (
  { from, key, url }: Extract<MailSettings, { _tag: "Provider" }>,
  time = patience
): Layer.Layer<Mailer> =>
  Layer.succeed(Mailer, {
    send: ({ html, id, subject, text, to }: Mail) =>
      Effect.tryPromise({
        try: async (signal) => {
          const response = await fetch(url, {
            method: "POST",
            redirect: "manual",
            signal,
            headers: {
              "content-type": "application/json",
              // A provider that knows this header sends the letter once, however often it is told.
              "idempotency-key": id,
              ...(key === undefined ? {} : { authorization: `Bearer ${Redacted.value(key)}` })
            },
            body: JSON.stringify({
              from: from.name === undefined ? from.address : `${from.name} <${from.address}>`,
              to,
              subject,
              text,
              html
            })
          })
          await response.body?.cancel()
          return response.status
        },
        catch: (cause) => new MailFailed({ reason: "network", detail: nameOf(cause) })
      }).pipe(
        within(time),
        Effect.flatMap((status) =>
          status >= 200 && status < 300
            ? Effect.void
            : Effect.fail(
                new MailFailed({
                  reason: refusals.includes(status) ? "refused" : "status",
                  detail: `the provider answers ${status}`
                })
              )
        )
      )
  })

/** What kind of error it was; its message may quote the request. */
const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : "the connection failed")
