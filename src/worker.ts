/** The Worker: requests, the queue of the outboxes, the upkeep, the operator's commands, and the objects. */
import type {
  MessageBatch,
  Request as RawRequest,
  Response as RawResponse,
  ScheduledController
} from "@cloudflare/workers-types"
import { WorkerEntrypoint } from "cloudflare:workers"
import plain from "argon2id/dist/no-simd.wasm"
import simd from "argon2id/dist/simd.wasm"
import { Context, Effect, Exit, Layer, Result, Scope } from "effect"
import { HttpEffect, HttpRouter, type HttpServerRequest } from "effect/http"
import { answerDefects } from "./http/Defect.ts"
import { routes } from "./http/Router.ts"
import { boundOf, configuration, type Env } from "./layers/cloudflare/Bindings.ts"
import { live } from "./layers/cloudflare/Live.ts"
import { workerLogger } from "./layers/cloudflare/WorkerLogger.ts"
import { runCommand } from "./operator/RunCommand.ts"
import { type Again, buryDead, deliverOutbox, type Delivery } from "./services/flows/DeliverOutbox.ts"
import { upkeep } from "./services/flows/upkeep/Jobs.ts"
import { CurrentCost, zero } from "./services/ports/Cost.ts"

export { AccountObject } from "./layers/cloudflare/AccountObject.ts"
export { LimiterObject } from "./layers/cloudflare/LimiterObject.ts"
export { KeyRingObject } from "./layers/cloudflare/KeyRingObject.ts"
export { TicketObject } from "./layers/cloudflare/TicketObject.ts"

/** What an isolate makes once, of values only: requests must not wait for each other's fibers. */
const makeApp = (env: Env) => {
  const read = configuration(env)
  if (Result.isFailure(read)) return { problem: read.failure.message }
  const parts = { ...read.success, bound: boundOf(env), argon2: { plain, simd } }
  const layer = Layer.mergeAll(live(parts), workerLogger(read.success.logLevel))
  const scope = Scope.makeUnsafe()
  const context = Effect.runSync(Layer.buildWithScope(layer, scope))
  const router = Effect.runSync(Scope.provide(HttpRouter.toHttpEffect(routes), scope))
  return {
    context,
    isVerbose: read.success.logLevel === "debug",
    handler: HttpEffect.toWebHandlerWith<Services, Services | Scope.Scope | HttpServerRequest.HttpServerRequest>(
      context
    )(answerDefects(router))
  }
}

type Services = Layer.Success<ReturnType<typeof live>>

let app: ReturnType<typeof makeApp> | undefined

const answer = async (request: Request, env: Env): Promise<Response> => {
  app ??= makeApp(env)
  if ("problem" in app) {
    console.error(app.problem)
    return new Response(app.problem, { status: 500 })
  }
  const cost = zero()
  const response = await app.handler(request, Context.make(CurrentCost, cost))
  if (app.isVerbose) {
    const { pathname } = new URL(request.url)
    console.log(JSON.stringify({ event: "request", method: request.method, pathname, status: response.status, cost }))
  }
  return response
}

/** Requests and nothing else: the door on which a port of `npm start` stands, so that no queue can be forged there. */
export class Front extends WorkerEntrypoint<Env> {
  // The platform's types are not those of the web standard, though its objects are.
  override fetch(request: RawRequest): Promise<RawResponse> {
    return answer(request as unknown as Request, this.env) as Promise<unknown> as Promise<RawResponse>
  }
}

/** The operator's commands. Only a binding leads here, never a request. */
export class Operator extends WorkerEntrypoint<Env> {
  /** Request and answer are JSON texts: `OperatorRequest` and `OperatorAnswer`. */
  async run(request: string): Promise<string> {
    app ??= makeApp(this.env)
    if ("problem" in app) return JSON.stringify({ error: { tag: "Misconfigured", message: app.problem } })
    return Effect.runPromise(
      runCommand(request).pipe(Effect.provideService(CurrentCost, zero()), Effect.provideContext(app.context))
    )
  }
}

export default {
  fetch: answer,

  async queue(batch: MessageBatch, env: Env): Promise<void> {
    app ??= makeApp(env)
    if ("problem" in app) throw new Error(app.problem)
    const messages = batch.messages.map(({ attempts, body, id }) => ({ id, body, attempts }))
    const dead = batch.queue.endsWith("-dead")
    const deliver: Effect.Effect<Delivery, unknown, Services> = dead ? buryDead(messages) : deliverOutbox(messages)
    const cost = zero()
    const exit = await Effect.runPromiseExit(
      deliver.pipe(
        Effect.tapCause((cause) => Effect.logError("the queue's batch was not delivered", cause)),
        Effect.provideService(CurrentCost, cost),
        Effect.provideContext(app.context)
      )
    )
    for (const message of batch.messages) {
      const again: Again | undefined = Exit.isFailure(exit)
        ? { id: message.id }
        : exit.value.again.find(({ id }) => id === message.id)
      if (again === undefined) message.ack()
      else message.retry(again.delaySeconds === undefined ? {} : { delaySeconds: again.delaySeconds })
    }
    if (app.isVerbose)
      console.log(JSON.stringify({ event: "queue", queue: batch.queue, messages: messages.length, cost }))
  },

  async scheduled(_controller: ScheduledController, env: Env): Promise<void> {
    app ??= makeApp(env)
    if ("problem" in app) throw new Error(app.problem)
    const cost = zero()
    const jobs = await Effect.runPromise(
      upkeep().pipe(Effect.provideService(CurrentCost, cost), Effect.provideContext(app.context))
    )
    console.log(JSON.stringify({ event: "upkeep", jobs, cost }))
  }
}
