/** What every store of the look keeps: one look, one change a version, one event a change, copies of a bounded age. */
import { Effect, Equal, Schema } from "effect"
import { Branding } from "../../domain/Branding.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { Brandings, brandingCopyLifetime } from "./Brandings.ts"
import { freshEvent, freshText } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"
import { advance } from "./World.laws.ts"

const [find, copy, set] = ["Branding.find", "Branding.copy", "Branding.set"]

const updatedEvent = freshEvent({ type: "branding.updated" })

/** The version after the one that there is, under a name by which it can be told from another's. */
const next = Effect.gen(function* () {
  const { version } = yield* Brandings.find()
  return new Branding({ name: (yield* freshText).slice(0, 40), light: {}, dark: {}, version: version + 1 })
})

const encode = Schema.encodeSync(Branding)
const isSame = (one: Branding, other: Branding): boolean => Equal.equals(encode(one), encode(other))

const expectFound = (branding: Branding, sentence: string) =>
  Effect.flatMap(Brandings.find(), (found) => expectThat(isSame(found, branding), sentence))

export const brandingLaws = [
  law(
    "a look is found as it was set, with its event; from an old version it is refused",
    [find, set],
    Effect.gen(function* () {
      const first = yield* next
      const [event, late] = [yield* updatedEvent, yield* updatedEvent]
      yield* Brandings.set(first, event)
      yield* expectFound(first, "find answers with what was set")
      yield* expectEvents([event], [event], "the event is written with it")
      const other = new Branding({ ...first, name: "late" })
      const refusal = yield* expectFailure(Brandings.set(other, late), "the version is old")
      yield* expectThat(refusal._tag === "BrandingChanged", "the refusal says so")
      yield* expectFound(first, "the first one stands")
      yield* expectEvents([late], [], "what did not happen has no event")
    })
  ),
  law(
    "of 20 changes of the look from one version at once exactly one succeeds, and one event is written",
    [find, set],
    Effect.gen(function* () {
      const branding = yield* next
      const tries = yield* Effect.forEach(Array.from({ length: 20 }), (_, n) =>
        Effect.map(updatedEvent, (event) => ({ event, branding: new Branding({ ...branding, name: `try ${n}` }) }))
      )
      const results = yield* Effect.forEach(tries, (one) => Effect.exit(Brandings.set(one.branding, one.event)), {
        concurrency: "unbounded"
      })
      const won = tries.filter((_, n) => results[n]?._tag === "Success")
      yield* expectThat(won.length === 1, `one change succeeds, not ${won.length}`)
      yield* expectFound(won[0]?.branding ?? branding, "the winner's is the look")
      yield* expectEvents(
        tries.map(({ event }) => event),
        won.map(({ event }) => event),
        "the winner's event is the only one"
      )
    })
  ),
  law(
    "the same change again is the same, even if the look was changed again in between",
    [find, set],
    Effect.gen(function* () {
      const second = yield* next
      const event = yield* updatedEvent
      yield* Brandings.set(second, event)
      const third = yield* next
      yield* Brandings.set(third, yield* updatedEvent)
      yield* Brandings.set(second, event)
      yield* expectFound(third, "the later change stands")
      yield* expectEvents([event], [event], "the event is there once")
    })
  ),
  law(
    "a copy of the look is never older than its bound",
    [copy, set, find],
    Effect.gen(function* () {
      yield* advance(brandingCopyLifetime)
      const first = yield* Brandings.copy()
      const second = yield* next
      yield* Brandings.set(second, yield* updatedEvent)
      yield* advance(brandingCopyLifetime - 1)
      const copied = yield* Brandings.copy()
      yield* expectThat(isSame(copied, first) || isSame(copied, second), "within the bound it is one of the two")
      yield* advance(1)
      yield* expectThat(isSame(yield* Brandings.copy(), second), "at the bound it is the look")
    })
  )
]
