/** The operator's server in memory: what was posted to it, and whether it takes anything. */
import { Context, Effect, Exit, Layer, Redacted } from "effect"
import { RemoteFailed } from "../../services/ports/RemoteFetch.ts"
import { type Notification, Webhook } from "../../services/ports/Webhook.ts"
import { Cells } from "./kernel/Cells.ts"
import { aWorld, TestWorld } from "./kernel/World.ts"

export class MemoryHook extends Context.Service<
  MemoryHook,
  {
    /** By their ids: one that was posted twice is there once. */
    readonly arrived: Cells<Notification & { readonly uri: string }>
    /** How often one was taken. */
    taken: number
    isDown: boolean
  }
>()("hapax/test/MemoryHook") {}

const silent = Exit.fail(new RemoteFailed({ reason: "network", detail: "the server did not answer" }))

export const WebhookMemory = Layer.effect(
  Webhook,
  Effect.gen(function* () {
    const world = yield* TestWorld
    const hook = yield* MemoryHook
    return {
      key: Effect.succeed(Redacted.make("whsec_dGVzdA==")),
      post: (uri: string, notification: Notification) =>
        world.call<void, RemoteFailed>({
          place: "webhook",
          operation: "Webhook.post",
          execute: () => {
            if (hook.isDown) return silent
            hook.taken += 1
            hook.arrived.set(notification.id, { ...notification, uri })
            return Exit.void
          },
          befalls: [
            { fault: "lost reply", executes: "now", hears: silent },
            { fault: "lost request", executes: "never", hears: silent }
          ]
        })
    }
  })
).pipe(
  Layer.provideMerge(
    Layer.effect(
      MemoryHook,
      TestWorld.use((world) =>
        Effect.succeed({
          arrived: new Cells<Notification & { readonly uri: string }>(world, "webhooks"),
          taken: 0,
          isDown: false
        })
      )
    )
  ),
  Layer.provide(aWorld)
)
