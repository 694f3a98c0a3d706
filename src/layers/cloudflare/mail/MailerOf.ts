/** The way to send mail that the settings name. */
import { Effect, Layer } from "effect"
import { Mailer, MailFailed } from "../../../services/ports/Mailer.ts"
import { mailerCloudflare } from "./MailerCloudflare.ts"
import { mailerHttp } from "./MailerHttp.ts"
import type { MailSettings } from "./MailSettings.ts"

export const mailerOf = (settings: MailSettings): Layer.Layer<Mailer> => {
  switch (settings._tag) {
    case "Provider":
      return mailerHttp(settings)
    case "Cloudflare":
      return mailerCloudflare(settings)
    case "None":
      return none
  }
}

/** Nothing is posted without a way to send; this is for letters that were on their way when it was taken out. */
const none = Layer.succeed(Mailer, {
  send: () => Effect.fail(new MailFailed({ reason: "none", detail: "no way to send mail is configured" }))
})
