/**
 * Letters in memory: those that were posted, and those that a mail server has taken.
 *
 * Posting is a call to the queue and sending one to the mail server, so that both stand in a trace and may fail. Until
 * a background takes them along (`Background.ts`), letters stay where they were posted: `lettersTo` opens them.
 */
import { Context, Effect, Exit, Layer, Option, Schema } from "effect"
import { Envelope, type PostedLetter } from "../../domain/Letter.ts"
import { type Mail, Mailer, MailFailed } from "../../services/ports/Mailer.ts"
import { Sealer } from "../../services/ports/Sealer.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Letters } from "../../services/storage/Letters.ts"
import { LetterReader } from "../../services/storage/Letters.laws.ts"
import { storage } from "../../services/storage/Storage.ts"
import { Cells } from "./kernel/Cells.ts"
import { aWorld, TestWorld, type World } from "./kernel/World.ts"
import { befallsWrite } from "./MemoryDatabase.ts"

/** The queue as those see it who post letters. */
export interface MemoryQueue {
  readonly world: World
  /** By their ids: one that was posted twice is there once. */
  readonly posted: Cells<PostedLetter>
  /** Whoever carries them on, in the turn in which they were posted. */
  readonly background: { keep?: (letter: PostedLetter) => void }
}

/** The queue of one test. Eventual, as the real one: what was posted is delivered some time. */
export const MemoryQueue = storage.eventual("Memory.Queue")<MemoryQueue>()

export const LettersMemory = bind(Letters, {
  post: (letter) =>
    MemoryQueue.use(({ background, posted, world }) =>
      world.call({
        place: "hapax-outbox",
        operation: "Letter.post",
        execute: () => {
          posted.set(letter.id, letter)
          background.keep?.(letter)
          return Exit.void
        },
        befalls: befallsWrite("Letter.post")
      })
    )
})

/** The letters of a test's world: posting, and looking at what was posted. */
export const MemoryLetters = Layer.merge(
  LettersMemory,
  Layer.effect(
    LetterReader,
    MemoryQueue.use(({ posted, world }) =>
      Effect.succeed({
        fresh: Effect.sync(() => ({ id: `law ${posted.size} ${world.nextEventId()}`, sealed: "a letter" })),
        arrived: (id: string) => Effect.sync(() => posted.has(id))
      })
    )
  )
).pipe(
  Layer.provideMerge(
    Layer.effect(
      MemoryQueue,
      TestWorld.use((world) => Effect.succeed({ world, posted: new Cells(world, "letters"), background: {} }))
    )
  ),
  Layer.provideMerge(aWorld)
)

const decode = Schema.decodeUnknownOption(Envelope)

/** Every letter that was posted, to nobody too, in the order of their ids. */
export const postedLetters = Effect.gen(function* () {
  const { posted } = yield* MemoryQueue
  const sealer = yield* Sealer
  const opened = yield* Effect.forEach(posted.values(), ({ sealed }) => sealer.open("letter", sealed))
  return opened.flatMap((one) => Option.toArray(Option.flatMap(one, decode)))
})

/** The letters that were posted to an address, or to nobody. */
export const lettersTo = (address: string | null) =>
  Effect.map(postedLetters, (all) => all.filter(({ to }) => to === address).map(({ letter }) => letter))

// ---------------------------------------------------------------------------------------------------------------
// The mail server

/** What people have got, by the ids of the letters. */
export class MemoryMail extends Context.Service<MemoryMail, { readonly arrived: Cells<Mail> }>()(
  "hapax/test/MemoryMail"
) {}

const silent = Exit.fail(new MailFailed({ reason: "network", detail: "the mail server did not answer" }))

/** A mail server, which may take a letter and not be heard, or not take it. */
export const MailerMemory = Layer.effect(
  Mailer,
  Effect.gen(function* () {
    const world = yield* TestWorld
    const { arrived } = yield* MemoryMail
    return {
      send: (mail: Mail) =>
        world.call<void, MailFailed>({
          place: "mail server",
          operation: "Mailer.send",
          execute: () => {
            arrived.set(mail.id, mail)
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
      MemoryMail,
      TestWorld.use((world) => Effect.succeed({ arrived: new Cells<Mail>(world, "mail") }))
    )
  ),
  Layer.provide(aWorld)
)
