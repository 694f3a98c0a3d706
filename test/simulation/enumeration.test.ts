/**
 * Who has an account here? Two runs under one seed, that differ in nothing but whom is asked about: storage is asked
 * for the same, the same is computed, and the same is answered. OWASP ASVS 5.0 §6.3.8, NIST SP 800-63B §3.2.2.
 */
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import { ceremony, userHandle } from "../../src/domain/PasskeyResponse.ts"
import { CredentialId, Passkey } from "../../src/domain/Passkey.ts"
import { UserId } from "../../src/domain/Ids.ts"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { lettersTo } from "../../src/layers/test/MemoryLetters.ts"
import { assertAs } from "../../src/layers/test/PasskeyVerifierSynchronous.ts"
import { PasskeyVerifier } from "../../src/services/ports/PasskeyVerifier.ts"
import { PasswordHasher } from "../../src/services/ports/PasswordHasher.ts"
import { Sealer } from "../../src/services/ports/Sealer.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import type { LoginInteraction } from "../../src/domain/Interaction.ts"
import { Passkeys } from "../../src/services/storage/Passkeys.ts"
import { Users } from "../../src/services/storage/Users.ts"
import { signedIn } from "../../src/services/storage/World.laws.ts"
import { fullProfile, makeUser, password } from "../workerd/Fixtures.ts"
import { redirectUri, registered } from "./Scene.ts"
import { type Answered, ask } from "./UserAgent.ts"

/** What a run did, in order. */
class Trace extends Context.Service<Trace, Array<string>>()("test/Trace") {}

/** Notes what the ports compute: a hash, a signature, a sealed text of another length is time that somebody reads. */
const noting = Layer.mergeAll(
  Layer.effect(
    PasswordHasher,
    Effect.gen(function* () {
      const hasher = yield* PasswordHasher
      const trace = yield* Trace
      return {
        hash: (password) => Effect.tap(hasher.hash(password), () => Effect.sync(() => trace.push("hash"))),
        verify: (password, phc) =>
          Effect.tap(hasher.verify(password, phc), () => Effect.sync(() => trace.push("verify a password")))
      }
    })
  ),
  Layer.effect(
    PasskeyVerifier,
    Effect.gen(function* () {
      const verifier = yield* PasskeyVerifier
      const trace = yield* Trace
      const note = Effect.sync(() => trace.push("verify an assertion"))
      return { ...verifier, authentication: (...asked) => Effect.ensuring(verifier.authentication(...asked), note) }
    })
  ),
  Layer.effect(
    Sealer,
    Effect.gen(function* () {
      const sealer = yield* Sealer
      const trace = yield* Trace
      return {
        seal: (purpose, value) =>
          Effect.tap(sealer.seal(purpose, value), ({ length }) =>
            // A link travels in its letter, whose length is always the same.
            Effect.sync(() => trace.push(`seal ${purpose}${purpose === "link" ? "" : ` ${length}`}`))
          ),
        open: (purpose, sealed) =>
          Effect.tap(sealer.open(purpose, sealed), () => Effect.sync(() => trace.push("open"))),
        tag: (purpose, text) =>
          Effect.tap(sealer.tag(purpose, text), () => Effect.sync(() => trace.push(`tag ${purpose}`)))
      }
    })
  )
)

const world = noting.pipe(Layer.provideMerge(MemoryProvider), Layer.provideMerge(Layer.sync(Trace, () => [])))

/** What drawing and sealing makes is another text in each run, and as long; and a thing may be in any shard. */
const withoutChance = (text: string): string =>
  text
    .replace(/\b1-[01]\./g, "1-_.")
    .replace(/[A-Za-z0-9_-]{20,}(\.[A-Za-z0-9_-]{20,})*/g, ({ length }) => `<${length}>`)

const shown = (text: string, typed: string): string =>
  withoutChance(text.replaceAll(encodeURIComponent(typed), "<typed>").replaceAll(typed, "<typed>"))

/** A browser that comes by a relying party's request; its cookies come along. */
class Browser {
  private cookies: Readonly<Record<string, string>> = {}

  readonly ask = (method: "GET" | "POST", path: string, form?: Readonly<Record<string, string>>) =>
    ask(method, path, {
      ...(form === undefined ? {} : { form }),
      headers: {
        cookie: Object.entries(this.cookies)
          .map((pair) => pair.join("="))
          .join("; ")
      }
    }).pipe(
      Effect.tap(({ cookies }) =>
        Effect.sync(() => {
          this.cookies = { ...this.cookies, ...cookies }
        })
      )
    )
}

const stepOf = ({ body, headers }: Answered): string =>
  new URL(headers["location"] ?? "/", testProvider.issuer).searchParams.get("interaction") ??
  /name="interaction" value="([^"]*)"/.exec(body)?.[1] ??
  ""

const begin = Effect.fnUntraced(function* (browser: Browser, login: string) {
  const query = new URLSearchParams({
    client_id: "rp",
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid",
    login_hint: login,
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256"
  })
  return yield* browser.ask("GET", `/authorize?${query}`)
})

/** Somebody whose name is typed. All names have one length, because a page shows what was typed. */
interface Person {
  readonly login: string
  readonly id: UserId
}

const credentialId = CredentialId.make("c".repeat(22))
const credential = {
  credentialId,
  publicKey: "key",
  signCount: 7,
  transports: [],
  backupEligible: false,
  backedUp: false,
  aaguid: "00000000-0000-0000-0000-000000000000"
} as const

/** People of every kind; and nobody, by a name and by an address. */
const people = Effect.gen(function* () {
  yield* registered("rp")
  const made = (name: string, profile: Partial<typeof fullProfile> = fullProfile) => makeUser(name, profile)
  const alice = yield* made("alice")
  const unproved = yield* made("betty", { ...fullProfile, email_verified: false as never })
  const disabled = yield* made("carol")
  yield* Users.change({ userId: disabled.id, version: disabled.version, status: "disabled" })
  const holder = yield* signedIn
  const passkey = new Passkey({ ...credential, userId: holder.user.id, name: "Key", createdAt: 0, lastUsedAt: null })
  yield* Passkeys.add({ passkey, by: holder.session.hash })
  const nobody = UserId.make(`${alice.id.slice(0, alice.id.indexOf("."))}.${"n".repeat(22)}`)
  return {
    "somebody, by name": { login: "alice", id: holder.user.id },
    "nobody, by name": { login: "nobod", id: nobody },
    "somebody whose address is not verified": { login: "betty", id: unproved.id },
    "somebody who is disabled": { login: "carol", id: disabled.id },
    "somebody, by address": { login: "alice@example.com", id: holder.user.id },
    "nobody, by address": { login: "nobod@example.com", id: nobody },
    "somebody disabled, by address": { login: "carol@example.com", id: disabled.id }
  } satisfies Record<string, Person>
})

/** The same form twice: what the first one uses up shows in the second. */
const loginWith =
  (secret: string) =>
  ({ login }: Person, browser: Browser) =>
    Effect.gen(function* () {
      const interaction = stepOf(yield* begin(browser, login))
      const form = { interaction, login, password: secret }
      return [yield* browser.ask("POST", "/login", form), yield* browser.ask("POST", "/login", form)]
    })

/** Everything that somebody without an account can ask about one. */
const questions = {
  "the login page, with a login_hint": ({ login }: Person, browser: Browser) =>
    Effect.gen(function* () {
      const began = yield* begin(browser, login)
      return [began, yield* browser.ask("GET", `/login?interaction=${stepOf(began)}`)]
    }),
  "a login with a wrong password": loginWith("wrong"),
  "more logins than are admitted": ({ login }: Person, browser: Browser) =>
    Effect.gen(function* () {
      const interaction = stepOf(yield* begin(browser, login))
      const form = { interaction, login, password: "wrong" }
      return yield* Effect.replicateEffect(browser.ask("POST", "/login", form), 12)
    }),
  "a letter, and a wrong code of it": ({ login }: Person, browser: Browser) =>
    Effect.gen(function* () {
      const interaction = stepOf(yield* begin(browser, login))
      const asked = yield* browser.ask("POST", "/login/letter", { interaction, login })
      const page = yield* browser.ask("GET", `/login/code?interaction=${stepOf(asked)}`)
      const wrong = { interaction: stepOf(asked), code: "000000" }
      return [asked, page, ...(yield* Effect.replicateEffect(browser.ask("POST", "/login/code", wrong), 7))]
    }),
  "more letters than are admitted": ({ login }: Person, browser: Browser) =>
    Effect.gen(function* () {
      const interaction = stepOf(yield* begin(browser, login))
      return yield* Effect.replicateEffect(browser.ask("POST", "/login/letter", { interaction, login }), 7)
    }),
  "a forgotten password, more often than is admitted": ({ login }: Person, browser: Browser) =>
    Effect.gen(function* () {
      const interaction = stepOf(yield* begin(browser, login))
      return yield* Effect.replicateEffect(browser.ask("POST", "/password/forgot", { interaction, login }), 7)
    }),
  "a passkey that is wrong": ({ id, login }: Person, browser: Browser) =>
    Effect.gen(function* () {
      const interaction = stepOf(yield* begin(browser, login))
      const opened = yield* Sealer.use((sealer) => sealer.open("interaction", interaction))
      const { ticket } = opened._tag === "Some" ? (opened.value as LoginInteraction) : yield* Effect.die("no step")
      const forged = { ...credential, publicKey: "another key" }
      const assertion = JSON.stringify(assertAs(forged, 8, userHandle(id), ceremony(testProvider.issuer, ticket)))
      return [yield* browser.ask("POST", "/login", { interaction, passkey: assertion })]
    })
}

type Question = keyof typeof questions

/** One run in a world of its own: what was done, and what was answered. */
const run = (question: Question | ReturnType<typeof loginWith>, who: keyof Effect.Success<typeof people>) =>
  Effect.gen(function* () {
    const person: Person = (yield* people)[who]
    const trace = yield* Trace
    trace.length = 0
    const asked = typeof question === "string" ? questions[question] : question
    const answers: ReadonlyArray<Answered> = yield* asked(person, new Browser()).pipe(
      Effect.provideService(Around, (call, storage) =>
        Effect.suspend(() => {
          trace.push(
            `${call.operation} ${withoutChance(JSON.stringify(call.request)).replaceAll(person.login, "<typed>")}`
          )
          return storage
        })
      )
    )
    const letters = yield* lettersTo("alice@example.com")
    return {
      trace: [...trace],
      letters: letters.length,
      answers: answers.map(({ body, cookies, headers, status }) => ({
        status,
        headers: Object.entries(headers).map(([name, value]) => `${name}: ${shown(value, person.login)}`),
        cookies: Object.entries(cookies).map(([name, value]) => `${name}=${withoutChance(value)}`),
        body: shown(body, person.login)
      }))
    }
  }).pipe(Effect.provide(world))

const pairs = [
  ["somebody, by name", "nobody, by name"],
  ["somebody whose address is not verified", "nobody, by name"],
  ["somebody who is disabled", "nobody, by name"],
  ["somebody, by address", "nobody, by address"],
  ["somebody disabled, by address", "nobody, by address"]
] as const

describe("attack 37, OWASP ASVS 5.0 §6.3.8: who has an account? by answers, storage, computing", () => {
  for (const question of Object.keys(questions) as ReadonlyArray<keyof typeof questions>) {
    it.effect.each(pairs)(`${question}: %s is like %s`, ([known, unknown]) =>
      Effect.gen(function* () {
        const [first, second] = [yield* run(question, known), yield* run(question, unknown)]
        expect(second.trace).toEqual(first.trace)
        expect(second.answers).toEqual(first.answers)
        // Otherwise nothing was asked at all.
        expect(first.trace.length).toBeGreaterThan(2)
      })
    )
  }

  it.effect("the right password of somebody who is disabled is like a wrong one", () =>
    Effect.gen(function* () {
      const who = "somebody who is disabled"
      const [right, wrong] = [yield* run(loginWith(password), who), yield* run(loginWith("wrong"), who)]
      expect(right.trace).toEqual(wrong.trace)
      expect(right.answers).toEqual(wrong.answers)
    })
  )

  it.effect("the letter is there all the same, for the one who is", () =>
    Effect.gen(function* () {
      expect((yield* run("a letter, and a wrong code of it", "somebody, by name")).letters).toBe(1)
      expect((yield* run("a letter, and a wrong code of it", "nobody, by name")).letters).toBe(0)
    })
  )

  it.effect("what is asked is done until it is too much", () =>
    Effect.gen(function* () {
      const statuses = (question: keyof typeof questions) =>
        Effect.map(run(question, "nobody, by name"), ({ answers }) => answers.map(({ status }) => status))
      expect(yield* statuses("more logins than are admitted")).toEqual([...Array(10).fill(422), 429, 429])
      expect(yield* statuses("more letters than are admitted")).toEqual([...Array(5).fill(303), 429, 429])
      const forgotten = yield* statuses("a forgotten password, more often than is admitted")
      expect(forgotten).toEqual([...Array(5).fill(303), 429, 429])
    })
  )

  it.effect("a trace does tell what differs: the right password is another run than the wrong one", () =>
    Effect.gen(function* () {
      const trace = yield* Trace
      yield* people
      const browser = new Browser()
      const interaction = stepOf(yield* begin(browser, "alice"))
      const secret = Redacted.make("correct horse battery staple")
      const answered = yield* browser.ask("POST", "/login", {
        interaction,
        login: "alice",
        password: Redacted.value(secret)
      })
      expect(answered.status).toBe(303)
      expect(trace.filter((one) => one === "verify a password").length).toBe(1)
    }).pipe(Effect.provide(world))
  )
})
