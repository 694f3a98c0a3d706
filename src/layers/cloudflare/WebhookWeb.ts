/** Webhooks by the platform's `fetch`, signed as Standard Webhooks 1.0.0 says; without redirects, bounded in time. */
import { createHmac, hkdfSync } from "node:crypto"
import { Effect, Layer, Redacted } from "effect"
import { RemoteFailed } from "../../services/ports/RemoteFetch.ts"
import { type Notification, Webhook } from "../../services/ports/Webhook.ts"
import { exchange, send } from "./RemoteFetchWeb.ts"

/** Milliseconds. Nobody waits for it but the cron. */
const time = 10_000

export const webhookWeb = (secret: Redacted.Redacted, allowLoopback: boolean): Layer.Layer<Webhook> =>
  Layer.sync(Webhook, () => {
    const key = Buffer.from(hkdfSync("sha256", Redacted.value(secret), "hapax/1", "webhook", 32))
    return {
      key: Effect.sync(() => Redacted.make(`whsec_${key.toString("base64")}`)),
      post: (uri, notification) =>
        exchange(uri, { allowLoopback, time }, async (signal) => {
          const headers = { "content-type": "application/json", ...signed(key, notification) }
          const response = await send(uri, { method: "POST", headers, body: notification.body, signal })
          await response.body?.cancel()
          // Not the address: the path of many a webhook is its secret.
          if (!response.ok) throw new RemoteFailed({ reason: "status", detail: `it answers ${response.status}` })
        })
    }
  })

const signed = (key: Buffer, { at, body, id }: Notification): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1000))
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` }
}
