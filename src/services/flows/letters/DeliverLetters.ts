/**
 * Sending the letters that the queue brings. docs/decisions/0020-mail.md.
 *
 * A letter is written out here, in the language of whoever asked for it; on its way it was sealed, so that neither the
 * queue nor a dead letter holds a link or a code.
 */
import { Clock, Effect } from "effect"
import { Envelope, isOneAddress, type PostedLetter } from "../../../domain/Letter.ts"
import { writeLetter } from "../../../letters/WriteLetter.ts"
import { Mailer } from "../../ports/Mailer.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { openerOf } from "../Sealed.ts"
import { showBranding } from "../ShowBranding.ts"

/** How many are sent at once: half of what the platform has under way for one invocation. */
const atOnce = 3

/** Sends letters. Says which of them have to come again, by their ids; that is no failure of its own. */
export const deliverLetters = Effect.fn("DeliverLetters")(function* (letters: ReadonlyArray<PostedLetter>) {
  if (letters.length === 0) return new Set<string>()
  const sender = yield* nameOfProvider
  const once = new Map(letters.map((letter) => [letter.id, letter])).values()
  const unsent = yield* Effect.forEach(
    once,
    (letter) =>
      deliver(letter, sender).pipe(
        Effect.as([]),
        Effect.catch((problem) => {
          const isOver = problem.reason === "refused"
          const said = isOver ? "a letter was refused, and is not tried again" : "a letter was not sent"
          return Effect.as(note(`${said}: ${problem.reason}, ${problem.detail}`, letter.id), isOver ? [] : [letter.id])
        })
      ),
    { concurrency: atOnce }
  )
  return new Set(unsent.flat())
})

const open = openerOf("letter", Envelope)

/** As people know it from the pages. */
const nameOfProvider = Effect.gen(function* () {
  const { name } = yield* showBranding()
  return name ?? (yield* ProviderConfig).name
})

const deliver = Effect.fnUntraced(function* ({ id, sealed }: PostedLetter, name: string) {
  const envelope = yield* open(sealed)
  // Nobody posts into this queue but this provider, so it was sealed before the secret was changed.
  if (envelope === undefined) return yield* note("a letter cannot be opened, and is not sent", id)
  const { expiresAt, language, letter, to } = envelope
  if (to === null) return
  if (!isOneAddress(to)) return yield* note("a letter is not for one address, and is not sent", id)
  if ((yield* Clock.currentTimeMillis) >= expiresAt) return yield* note("a letter came too late, and is not sent", id)
  const { lifetimes } = yield* ProviderConfig
  const written = writeLetter({ letter, language, provider: { name, lifetimes } })
  yield* Mailer.use((mailer) => mailer.send({ id, to, ...written }))
})

/** Ids only: neither who it is for nor what it says. */
const note = (sentence: string, letterId: string) => Effect.logWarning(sentence).pipe(Effect.annotateLogs({ letterId }))
