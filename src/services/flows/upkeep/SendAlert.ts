/** One message over one channel: whether it arrived. The log learns why not, and never the address. */
import { Clock, Effect, Result } from "effect"
import type { Channel } from "../../../domain/Alert.ts"
import type { SettingsInForce } from "../../../domain/Settings.ts"
import type { Sent } from "../../../letters/WriteLetter.ts"
import { Mailer, type MailFailed } from "../../ports/Mailer.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import type { RemoteFailed } from "../../ports/RemoteFetch.ts"
import { Webhook } from "../../ports/Webhook.ts"

export type AlertSettings = SettingsInForce["alerts"]

/** What is sent, the same by mail as by webhook. */
export interface AlertMessage {
  /** The same one if it is sent again. */
  readonly id: string
  readonly type: string
  readonly letter: Sent
  /** What programs read, besides the subject as `text`. */
  readonly members: Readonly<Record<string, unknown>>
}

/** The channels that the operator has named. */
export const channelsOf = ({ email, webhook }: AlertSettings): ReadonlyArray<Channel> => [
  ...(webhook === undefined ? [] : (["webhook"] as const)),
  ...(email === undefined ? [] : (["email"] as const))
]

export const sendAlert = Effect.fn("SendAlert")(function* (
  channel: Channel,
  message: AlertMessage,
  { email, webhook }: AlertSettings
) {
  const { id } = message
  const sending: Effect.Effect<void, MailFailed | RemoteFailed, Mailer | ProviderConfig | Webhook> =
    channel === "email"
      ? Mailer.use((mailer) => mailer.send({ id, to: email ?? "", ...message.letter }))
      : posted(webhook ?? "", message)
  const sent = yield* Effect.result(sending)
  if (Result.isFailure(sent)) {
    // Not the detail: an address may be a secret, and so may what its server answers.
    const { reason } = sent.failure
    yield* Effect.logError("an alert was not told").pipe(Effect.annotateLogs({ message: id, channel, reason }))
  }
  return Result.isSuccess(sent)
})

const posted = Effect.fnUntraced(function* (uri: string, { id, letter, members, type }: AlertMessage) {
  const { issuer } = yield* ProviderConfig
  const at = yield* Clock.currentTimeMillis
  // `text` is what chat programs show of a webhook.
  const body = JSON.stringify({ id, type, text: letter.subject, issuer, ...members })
  yield* Webhook.use(({ post }) => post(uri, { id, at, body }))
})
