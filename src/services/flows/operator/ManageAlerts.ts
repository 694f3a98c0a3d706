/** Alerts as the operator looks at them: which are raised, whether telling them works, and the webhook's key. */
import { Clock, Effect, Redacted } from "effect"
import { stateOf } from "../../../domain/Alert.ts"
import { inForce } from "../../../domain/Settings.ts"
import { writeTestAlert } from "../../../letters/WriteAlert.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Webhook } from "../../ports/Webhook.ts"
import { Alerts } from "../../storage/Alerts.ts"
import { retried } from "../../storage/Retry.ts"
import { Settings } from "../../storage/Settings.ts"
import { channelsOf, sendAlert } from "../upkeep/SendAlert.ts"

export const listAlerts = Effect.fn("ListAlerts")(function* () {
  const { alerts } = yield* retried(Alerts.book)()
  return alerts.map((alert) => ({
    name: alert.name,
    state: stateOf(alert),
    since: alert.since,
    detail: alert.detail,
    told: alert.told
  }))
})

/** Sends a message that is no alert over every channel there is; says which of them took it. */
export const testAlerts = Effect.fn("TestAlerts")(function* () {
  const { alerts: settings } = inForce(yield* retried(Settings.find)())
  const { name } = yield* ProviderConfig
  const id = `test-${yield* Clock.currentTimeMillis}`
  const message = { id, type: "alert.test", letter: writeTestAlert(name), members: {} }
  return yield* Effect.forEach(channelsOf(settings), (channel) =>
    Effect.map(sendAlert(channel, message, settings), (arrived) => ({ channel, arrived }))
  )
})

/** Whoever verifies what is posted needs it; it is derived from the provider's secret, and shown as often as asked. */
export const showAlertKey = Effect.fn("ShowAlertKey")(function* () {
  return { key: Redacted.value(yield* Webhook.use((webhook) => webhook.key)) }
})
