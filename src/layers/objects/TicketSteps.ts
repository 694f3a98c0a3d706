/** Every step of a `TicketObject`, by the name of its operation, and the layer that makes operations of them. */
import { Layer, Result, Schema } from "effect"
import { Guess, guess, GuessedTicket, GuessRefused } from "../../domain/Guess.ts"
import { spend, Spending, SpentTicket, TicketRefused } from "../../domain/Ticket.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Devices } from "../../services/storage/Devices.ts"
import * as DeviceSteps from "./DeviceSteps.ts"
import { ClientTokens } from "../../services/storage/ClientTokens.ts"
import { Health } from "../../services/storage/Health.ts"
import { PushedRequests } from "../../services/storage/PushedRequests.ts"
import { Shards } from "../../services/storage/Shards.ts"
import { storage } from "../../services/storage/Storage.ts"
import { Tickets } from "../../services/storage/Tickets.ts"
import { Waking } from "../../services/storage/Waking.ts"
import * as ClientTokenSteps from "./ClientTokenSteps.ts"
import { answering } from "./HealthSteps.ts"
import * as PushedRequestSteps from "./PushedRequestSteps.ts"
import { measureStep } from "./MeasureStep.ts"
import { step } from "./Step.ts"
import type { StepCaller } from "./StepCaller.ts"
import { ticketTables } from "./TicketTables.ts"
import { woken } from "./WakingSteps.ts"

/** What an event says of a thing that is used once. */
const about = ({ id, kind, name }: Spending & { readonly name?: string }) => ({
  kind,
  ticket: id,
  ...(name === undefined ? {} : { name })
})

const replayed = (request: Spending) => ({ type: "ticket.replayed" as const, detail: about(request) })

export const ticketSteps = {
  "Shard.tickets": measureStep(() => ticketTables),
  "Ticket.spend": step<typeof ticketTables>()({
    request: Spending,
    reply: Schema.Void,
    refusal: TicketRefused,
    quiet: "a mark that a form, a proof or an assertion was used; whatever it was used to change is an event",
    run: (tx, request) => {
      const found = tx.spent.get(request.kind, request.id)
      const decided = spend(request, found?.attempt, tx.now)
      switch (decided) {
        case "spent":
          if (found !== undefined && found.replayed !== true) {
            tx.spent.put(new SpentTicket({ ...found, replayed: true }))
            tx.audit(replayed(request))
          }
          return Result.fail(new TicketRefused({ reason: decided }))
        case "expired":
          return Result.fail(new TicketRefused({ reason: decided }))
        case "first":
          tx.spent.put(new SpentTicket({ ...request }))
      }
      return Result.void
    }
  }),
  "Ticket.guess": step<typeof ticketTables>()({
    request: Guess,
    reply: Schema.Void,
    refusal: GuessRefused,
    quiet: "the mark of a right guess; the session that it opens is an event",
    run: (tx, request) => {
      const found = tx.guessed.get(request.kind, request.id)
      const { answer, row } = guess(found, request, tx.now)
      if (row === undefined) {
        const isSpent = Result.isFailure(answer) && answer.failure.reason === "spent"
        if (isSpent && found !== undefined && found.replayed !== true) {
          tx.guessed.put(new GuessedTicket({ ...found, replayed: true }))
          tx.audit(replayed(request))
        }
        return answer
      }
      tx.guessed.put(row)
      if (row.spentBy === null) tx.audit({ type: "login.failed", detail: { method: "letter", ...about(request) } })
      if (row.wrong.length >= request.most) {
        tx.audit({ type: "limit.reached", detail: { limit: request.kind, key: request.id } })
      }
      return answer
    }
  }),
  "Health.tickets": step<typeof ticketTables>()(answering((tx) => tx.spent.get("health", "health"))),
  "Waking.tickets": step<typeof ticketTables>()(woken),
  "PushedRequest.push": PushedRequestSteps.pushStep,
  "PushedRequest.show": PushedRequestSteps.showStep,
  "PushedRequest.complete": PushedRequestSteps.completeStep,
  "Device.start": DeviceSteps.startStep,
  "Device.find": DeviceSteps.findStep,
  "Device.decide": DeviceSteps.decideStep,
  "Device.poll": DeviceSteps.pollStep,
  "ClientToken.inspect": ClientTokenSteps.inspectStep,
  "ClientToken.revoke": ClientTokenSteps.revokeStep
} as const

/** A shard of what belongs to no user yet. Strong for the same reason as `AccountHome`. */
export const TicketHome = storage.strong("DurableObject.Ticket")<StepCaller<typeof ticketSteps>>()

export const TicketsDurable = bind(Tickets, {
  spend: (request) => TicketHome.use((home) => home.call("Ticket.spend", request.id, request)),
  guess: (request) => TicketHome.use((home) => home.call("Ticket.guess", request.id, request))
})

export const TicketSizes = bind(Shards, {
  tickets: (request) => TicketHome.use((home) => home.call("Shard.tickets", request.id, request))
})

export const TicketHealth = bind(Health, {
  tickets: (shard) => TicketHome.use((home) => home.call("Health.tickets", shard.id, shard))
})

export const TicketWaking = bind(Waking, {
  tickets: (shard) => TicketHome.use((home) => home.call("Waking.tickets", shard.id, shard))
})

export const PushedRequestsDurable = bind(PushedRequests, {
  push: (request) => TicketHome.use((home) => home.call("PushedRequest.push", request.id, request)),
  show: (request) => TicketHome.use((home) => home.call("PushedRequest.show", request.id, request)),
  complete: (request) => TicketHome.use((home) => home.call("PushedRequest.complete", request.id, request))
})

export const DevicesDurable = bind(Devices, {
  start: (request) => TicketHome.use((home) => home.call("Device.start", request.id, request)),
  find: (id) => TicketHome.use((home) => home.call("Device.find", id, id)),
  decide: (request) => TicketHome.use((home) => home.call("Device.decide", request.id, request)),
  poll: (request) => TicketHome.use((home) => home.call("Device.poll", request.id, request))
})

export const ClientTokensDurable = bind(ClientTokens, {
  inspect: (jti) => TicketHome.use((home) => home.call("ClientToken.inspect", jti, jti)),
  revoke: (request) => TicketHome.use((home) => home.call("ClientToken.revoke", request.jti, request))
})

export const TicketOperations = Layer.mergeAll(
  TicketsDurable,
  PushedRequestsDurable,
  DevicesDurable,
  TicketHealth,
  TicketSizes,
  TicketWaking,
  ClientTokensDurable
)
