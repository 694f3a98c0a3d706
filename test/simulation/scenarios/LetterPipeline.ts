/**
 * From a flow that posts a letter to the person who gets it: queue, consumer, mail server. Every letter that was posted
 * arrives, under one id however often it is sent, whatever went wrong on the way; and none arrives that nobody posted.
 */
import { Effect, Layer } from "effect"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryMail } from "../../../src/layers/test/MemoryLetters.ts"
import { memoryBackground } from "../../../src/layers/test/models/Background.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { isUnknown, succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { audit } from "../../../src/layers/test/oracles/Audit.ts"
import type { Oracle, Scenario } from "../../../src/layers/test/Scenario.ts"
import { postLetter } from "../../../src/services/flows/letters/PostLetter.ts"
import { type Entry, entry } from "../Entry.ts"
import { nothingIsLeft, type WithBackground, workerConsumers } from "./AuditPipeline.ts"

export const withMail = (outbox: typeof workerConsumers.outbox = workerConsumers.outbox) =>
  memoryBackground({ ...workerConsumers, outbox }).pipe(Layer.provideMerge(MemoryProvider))

/** Actions are called after the address that the letter is for. */
const asks = (address: string | null) =>
  act(
    `letter ${address}`,
    postLetter({ to: address, language: "en", letter: { _tag: "ResetLetter", link: "https://id.example/reset" } })
  )

const addressOf = ({ action }: { readonly action: string }) => ({ what: "letter", key: action.split(" ")[1] ?? "" })

const mail = MemoryMail.use(({ arrived }) =>
  Effect.sync(() => arrived.values().map(({ to }) => ({ what: "letter", key: to })))
)

const toSomebody = (run: Parameters<Oracle<unknown, WithBackground>["judge"]>[0]) =>
  run.history.actions.filter(({ action }) => action !== "letter null")

/** Asked of the mail server itself: what waits somewhere has not arrived. */
const isSent = audit<unknown, WithBackground>({
  effects: (run) => toSomebody(run).filter(succeeded).map(addressOf),
  unknown: (run) => toSomebody(run).filter(isUnknown).map(addressOf),
  events: mail
})

/** Nobody gets what was posted to nobody. */
const onlyAsked: Oracle<unknown, WithBackground> = {
  name: "Addressee",
  judge: (run) => {
    const arrived = run.ask(mail)
    if (arrived._tag === "Failure") return "nobody can say which letters have arrived"
    const asked = new Set(run.history.actions.map((action) => addressOf(action).key))
    const wrong = [...arrived.value].find(({ key }) => !asked.has(key))
    return wrong === undefined ? undefined : `a letter to ${wrong.key} has arrived that nobody posted`
  }
}

const onTheWay: ReadonlyArray<Fault> = [
  "lost request",
  "lost reply",
  "late execution",
  "overload",
  "duplicate delivery",
  "reordered delivery",
  "consumer failure"
]

const posted = (
  scenario: Pick<Scenario<null, WithBackground>, "name" | "clients" | "background">
): Scenario<null, WithBackground> => ({
  layer: withMail(),
  setup: Effect.succeed(null),
  oracles: [isSent, onlyAsked, nothingIsLeft],
  faults: onTheWay,
  background: "between",
  ...scenario
})

export const oneLetter = posted({
  name: "letters: one letter to one person",
  clients: () => ({ browser: asks("alice@example.com") })
})

const scenarios = [
  oneLetter,
  posted({
    name: "letters: one to a person, one to nobody",
    background: "after",
    clients: () => ({ alice: asks("alice@example.com"), nobody: asks(null) })
  })
]

export const letterPipeline: ReadonlyArray<Entry> = scenarios.map((scenario) => entry(scenario, "exhaustive"))
