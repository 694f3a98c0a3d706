/** The Worker: requests, the queue of the outboxes, the upkeep, the operator's commands, and the objects. */
import type {
  ExecutionContext,
  MessageBatch,
  Request as RawRequest,
  Response as RawResponse,
  ScheduledController
} from "@cloudflare/workers-types"
import { WorkerEntrypoint } from "cloudflare:workers"
import plain from "argon2id/dist/no-simd.wasm"
import simd from "argon2id/dist/simd.wasm"
import { Effect, Exit, Layer, Metric, Result, Scope } from "effect"
import { HttpEffect, HttpRouter, type HttpServerRequest } from "effect/http"
import { answerDefects } from "./http/Defect.ts"
import { routes } from "./http/Router.ts"
import { boundOf, configuration, type Env } from "./layers/cloudflare/Bindings.ts"
import { live } from "./layers/cloudflare/Live.ts"
import { type Ended, makeTelemetry, type Observation } from "./layers/cloudflare/telemetry/Telemetry.ts"
import { workerLogger } from "./layers/cloudflare/telemetry/WorkerLogger.ts"
import { runCommand } from "./operator/RunCommand.ts"
import { type Again, buryDead, deliverOutbox, type Delivery } from "./services/flows/DeliverOutbox.ts"
import { upkeep } from "./services/flows/upkeep/Jobs.ts"
import { recordTraffic } from "./services/flows/upkeep/RecordTraffic.ts"

export { AccountObject } from "./layers/cloudflare/objects/AccountObject.ts"
export { LimiterObject } from "./layers/cloudflare/objects/LimiterObject.ts"
export { KeyRingObject } from "./layers/cloudflare/objects/KeyRingObject.ts"
export { TicketObject } from "./layers/cloudflare/objects/TicketObject.ts"

/** What an isolate makes once, of values only: requests must not wait for each other's fibers. */
const makeApp = (env: Env) => {
  const read = configuration(env)
  if (Result.isFailure(read)) return { problem: read.failure.message }
  const bound = boundOf(env)
  const parts = { ...read.success, bound, argon2: { plain, simd } }
  const registry = Layer.succeed(Metric.MetricRegistry, new Map())
  const layer = Layer.mergeAll(live(parts), workerLogger(read.success.logLevel), registry)
  const scope = Scope.makeUnsafe()
  const context = Effect.runSync(Layer.buildWithScope(layer, scope))
  const router = Effect.runSync(Scope.provide(HttpRouter.toHttpEffect(routes), scope))
  return {
    context,
    isVerbose: read.success.logLevel === "debug",
    telemetry: makeTelemetry(bound.metrics, read.success.otlp, read.success.provider.issuer, context),
    handler: HttpEffect.toWebHandlerWith<Services, Services | Scope.Scope | HttpServerRequest.HttpServerRequest>(
      context
    )(answerDefects(router))
  }
}

type Services = Layer.Success<ReturnType<typeof live>>
type App = Exclude<ReturnType<typeof makeApp>, { readonly problem: string }>
type Later = Pick<ExecutionContext, "waitUntil">

let app: ReturnType<typeof makeApp> | undefined

/** Tells what happened, after the answer: nobody waits for it. */
const tell = (to: App, observation: Observation, ended: Ended, later: Later): void => {
  const record = (traffic: Parameters<typeof recordTraffic>[0]) =>
    Effect.runPromise(recordTraffic(traffic).pipe(Effect.provideContext(to.context)))
  later.waitUntil(to.telemetry.end(observation, ended, record))
}

const answer = async (request: Request, env: Env, later: Later): Promise<Response> => {
  app ??= makeApp(env)
  if ("problem" in app) {
    console.error(app.problem)
    return new Response(app.problem, { status: 500 })
  }
  const observation = app.telemetry.begin()
  const { context, cost, trace } = observation
  const response = await app.handler(request, context)
  const { method } = request
  tell(app, observation, { kind: "request", name: trace.route() ?? "*", method, status: response.status }, later)
  if (app.isVerbose) {
    const { pathname } = new URL(request.url)
    const traceId = trace.traceId()
    console.log(JSON.stringify({ event: "request", method, pathname, status: response.status, cost, traceId }))
  }
  return response
}

/** Requests and nothing else: the door on which a port of `npm start` stands, so that no queue can be forged there. */
export class Front extends WorkerEntrypoint<Env> {
  // The platform's types are not those of the web standard, though its objects are.
  override fetch(request: RawRequest): Promise<RawResponse> {
    const answered = answer(request as unknown as Request, this.env, this.ctx)
    return answered as Promise<unknown> as Promise<RawResponse>
  }
}

/** The operator's commands. Only a binding leads here, never a request. */
export class Operator extends WorkerEntrypoint<Env> {
  /** Request and answer are JSON texts: `OperatorRequest` and `OperatorAnswer`. */
  async run(request: string): Promise<string> {
    app ??= makeApp(this.env)
    if ("problem" in app) return JSON.stringify({ error: { tag: "Misconfigured", message: app.problem } })
    const observation = app.telemetry.begin()
    const answered = await Effect.runPromise(
      runCommand(request).pipe(Effect.provideContext(observation.context), Effect.provideContext(app.context))
    )
    tell(app, observation, { kind: "operator", name: "operator", method: "POST", status: 200 }, this.ctx)
    return answered
  }
}

export default {
  fetch: answer,

  async queue(batch: MessageBatch, env: Env, later: Later): Promise<void> {
    app ??= makeApp(env)
    if ("problem" in app) throw new Error(app.problem)
    const messages = batch.messages.map(({ attempts, body, id }) => ({ id, body, attempts }))
    const dead = batch.queue.endsWith("-dead")
    const deliver: Effect.Effect<Delivery, unknown, Services> = dead ? buryDead(messages) : deliverOutbox(messages)
    const observation = app.telemetry.begin()
    const exit = await Effect.runPromiseExit(
      deliver.pipe(
        Effect.tapCause((cause) => Effect.logError("the queue's batch was not delivered", cause)),
        Effect.provideContext(observation.context),
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
    const status = Exit.isFailure(exit) ? 500 : 200
    tell(app, observation, { kind: "queue", name: dead ? "dead" : "outbox", method: "POST", status }, later)
    const { cost } = observation
    if (app.isVerbose)
      console.log(JSON.stringify({ event: "queue", queue: batch.queue, messages: messages.length, cost }))
  },

  async scheduled(_controller: ScheduledController, env: Env, later: Later): Promise<void> {
    app ??= makeApp(env)
    if ("problem" in app) throw new Error(app.problem)
    const observation = app.telemetry.begin()
    const jobs = await Effect.runPromise(
      upkeep().pipe(Effect.provideContext(observation.context), Effect.provideContext(app.context))
    )
    const status = jobs.some(({ did }) => did === null) ? 500 : 200
    tell(app, observation, { kind: "upkeep", name: "upkeep", method: "POST", status }, later)
    console.log(JSON.stringify({ event: "upkeep", jobs, cost: observation.cost }))
  }
}
