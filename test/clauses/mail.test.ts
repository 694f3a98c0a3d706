/** Letters over the real queue to a real mail server, on real workerd: what is posted arrives, and nothing leaks. */
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { envelope, type Letter } from "../../src/domain/Letter.ts"
import { Sealer } from "../../src/services/ports/Sealer.ts"
import { CurrentCost, zero } from "../../src/services/ports/Cost.ts"
import { postLetter } from "../../src/services/flows/letters/PostLetter.ts"
import { letterLaws, LetterReader } from "../../src/services/storage/Letters.laws.ts"
import { codeIn, linkIn, type RunningMailbox, startMailbox } from "../workerd/Mailbox.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let mailbox: RunningMailbox
let provider: RunningProvider

beforeAll(async () => {
  mailbox = await startMailbox()
  provider = await startProvider(mailbox.variables)
})

afterAll(async () => {
  await provider.close()
  await mailbox.close()
})

beforeEach(() => mailbox.refuseWith(undefined))

const letter: Letter = { _tag: "SignInLetter", link: "https://id.example/login/link?token=abc", code: "123456" }

describe("the queue in workerd", () => {
  const reader = Layer.effect(
    LetterReader,
    Effect.gen(function* () {
      const sealer = yield* Sealer
      const random = yield* SecureRandom.SecureRandom
      return {
        fresh: Effect.gen(function* () {
          const id = yield* random.uuidV7()
          const sent = envelope({ to: "law@example.com", language: "en", letter, expiresAt: Date.now() + 60_000 })
          return { id, sealed: yield* sealer.seal("letter", sent) }
        }),
        arrived: (id: string) =>
          Effect.promise(async () => {
            while (!(await mailbox.all()).some((one) => one.id === id)) await new Promise((go) => setTimeout(go, 20))
            return true
          })
      }
    })
  )

  it.concurrent.each(letterLaws)("$title", ({ check }) => provider.run(check.pipe(Effect.provide(reader))))
})

describe("a letter", () => {
  it("comes from the operator's address, with its link and its code, as text and as HTML", async () => {
    await provider.run(postLetter({ to: "alice@example.com", language: "en", letter }))
    const got = await mailbox.nth("alice@example.com", 1)
    expect(got).toMatchObject({ from: "Hapax <hapax@localhost>", to: "alice@example.com" })
    expect(linkIn(got)).toBe(letter.link)
    expect(codeIn(got)).toBe("123456")
    expect(got.html).toContain(`href="${letter.link}"`)
  })

  it("costs one message of the queue and nothing else, for somebody as for nobody", async () => {
    const costOf = async (to: string | null) => {
      const cost = zero()
      await provider.run(postLetter({ to, language: "en", letter }).pipe(Effect.provideService(CurrentCost, cost)))
      return cost
    }
    expect(await costOf("cost@example.com")).toEqual({ ...zero(), queueMessages: 1 })
    expect(await costOf(null)).toEqual({ ...zero(), queueMessages: 1 })
  })

  it("comes again until the mail server takes it, and the log never says whose it is or what it says", async () => {
    mailbox.refuseWith(503)
    await provider.run(postLetter({ to: "later@example.com", language: "en", letter }))
    while (!provider.output().includes("the provider answers 503")) await new Promise((go) => setTimeout(go, 20))
    mailbox.refuseWith(undefined)
    await mailbox.nth("later@example.com", 1)
    for (const secret of ["later@example.com", letter.link, letter.code]) {
      expect(provider.output()).not.toContain(secret)
    }
  })
})
