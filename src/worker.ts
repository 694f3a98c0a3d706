/** The Worker: requests, the queue of the outboxes, and the objects. */
import type { MessageBatch } from "@cloudflare/workers-types"
import plain from "argon2id/dist/no-simd.wasm"
import simd from "argon2id/dist/simd.wasm"
import { Context, Effect, Exit, Layer, Result, Scope } from "effect"
import { HttpEffect, HttpRouter, type HttpServerRequest } from "effect/http"
import { routes } from "./http/Router.ts"
import { boundOf, configuration, type Env } from "./layers/cloudflare/Bindings.ts"
import { live } from "./layers/cloudflare/Live.ts"
import { workerLogger } from "./layers/cloudflare/WorkerLogger.ts"
import { buryDead, deliverAudit, type Delivery } from "./services/flows/DeliverAudit.ts"
import { CurrentCost, zero } from "./services/ports/Cost.ts"

export { AccountObject } from "./layers/cloudflare/AccountObject.ts"
export { KeyRingObject } from "./layers/cloudflare/KeyRingObject.ts"
export { TicketObject } from "./layers/cloudflare/TicketObject.ts"

/** What an isolate makes once, of values only: requests must not wait for each other's fibers. */
const makeApp = (env: Env) => {
  const read = configuration(env)
  if (Result.isFailure(read)) return { problem: read.failure.message }
  const parts = { ...read.success, bound: boundOf(env), argon2: { plain, simd } }
  const layer = Layer.mergeAll(live(parts), workerLogger(env.LOG_LEVEL))
  const scope = Scope.makeUnsafe()
  const context = Effect.runSync(Layer.buildWithScope(layer, scope))
  const router = Effect.runSync(Scope.provide(HttpRouter.toHttpEffect(routes), scope))
  return {
    context,
    handler: HttpEffect.toWebHandlerWith<Services, Services | Scope.Scope | HttpServerRequest.HttpServerRequest>(
      context
    )(router)
  }
}

type Services = Layer.Success<ReturnType<typeof live>>

let app: ReturnType<typeof makeApp> | undefined

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    app ??= makeApp(env)
    if ("problem" in app) {
      console.error(app.problem)
      return new Response(app.problem, { status: 500 })
    }
    const cost = zero()
    const response = await app.handler(request, Context.make(CurrentCost, cost))
    if (env.LOG_LEVEL === "debug") {
      const { pathname } = new URL(request.url)
      console.log(JSON.stringify({ event: "request", method: request.method, pathname, status: response.status, cost }))
    }
    return response
  },

  async queue(batch: MessageBatch, env: Env): Promise<void> {
    app ??= makeApp(env)
    if ("problem" in app) throw new Error(app.problem)
    const messages = batch.messages.map(({ body, id }) => ({ id, body }))
    const dead = batch.queue.endsWith("-dead")
    const deliver: Effect.Effect<Delivery, unknown, Services> = dead ? buryDead(messages) : deliverAudit(messages)
    const cost = zero()
    const exit = await Effect.runPromiseExit(
      deliver.pipe(Effect.provideService(CurrentCost, cost), Effect.provideContext(app.context))
    )
    for (const message of batch.messages) {
      // What could not be read comes again, and ends as a dead letter; acknowledged it would be gone.
      if (Exit.isFailure(exit) || exit.value.malformed.includes(message.id)) message.retry()
      else message.ack()
    }
    if (env.LOG_LEVEL === "debug")
      console.log(JSON.stringify({ event: "queue", queue: batch.queue, messages: messages.length, cost }))
  }
}
