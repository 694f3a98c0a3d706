/** A client wants a stronger login than there was. OIDC Core §3.1.2.1, §5.5.1.1; Unmet Authentication Requirements. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeJwt } from "jose"
import { byPasskey } from "../../src/domain/Authentication.ts"
import { formatToken } from "../../src/domain/Session.ts"
import type { User } from "../../src/domain/User.ts"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { approveConsent } from "../../src/services/flows/authorize/ConsentStep.ts"
import type { Outcome } from "../../src/services/flows/authorize/Outcome.ts"
import { hashSecret } from "../../src/services/flows/Secrets.ts"
import { freshPasskey } from "../../src/services/storage/Passkeys.laws.ts"
import { Passkeys } from "../../src/services/storage/Passkeys.ts"
import { Sessions } from "../../src/services/storage/Sessions.ts"
import { freshSession } from "../../src/services/storage/World.laws.ts"
import { asks, browserOf, codeOf, registered, redeem, signedInFor, signIn, stepOf } from "../simulation/Scene.ts"

const essential = (...values: ReadonlyArray<string>) =>
  JSON.stringify({ id_token: { acr: { essential: true, values } } })

/** Alice signed in with her password and consented. */
const withPassword = signedInFor("openid profile offline_access")

/** And she has a passkey. */
const withPasskey = Effect.gen(function* () {
  const scene = yield* withPassword
  const { session } = yield* openedBy(scene)
  yield* Passkeys.add({ passkey: yield* freshPasskey(scene.user.id), by: session.hash })
  return scene
})

/** Another session of hers, opened with the passkey. */
const openedBy = Effect.fnUntraced(function* ({ user }: { readonly user: Pick<User, "id"> }) {
  const secret = "P".repeat(43)
  const fresh = yield* freshSession(user.id, { hash: yield* hashSecret(secret) })
  const session = yield* Sessions.open({
    session: { ...fresh, authentication: byPasskey(fresh.createdAt) },
    replaces: null
  })
  return { session, browser: browserOf("b", formatToken({ userId: session.userId, secret })) }
})

const errorOf = (outcome: Outcome) =>
  outcome._tag === "Redirect" ? new URL(outcome.uri).searchParams.get("error") : outcome._tag

/** The acr of the code that the client was given. */
const acrOf = Effect.fnUntraced(function* (outcome: Outcome) {
  const tokens = yield* redeem({ code: codeOf(outcome) ?? "" })
  const { acr } = decodeJwt(tokens.access_token)
  return acr
})

describe("a client that would like a passkey (acr_values)", () => {
  it.effect("OIDC Core §3.1.2.1: whoever has one is asked to sign in again", () =>
    Effect.gen(function* () {
      const { browser } = yield* withPasskey
      expect((yield* authorize(asks({ acr_values: "phr" }), browser))._tag).toBe("Login")
      expect(codeOf(yield* authorize(asks({ acr_values: "phr 1" }), browser))).toBeTypeOf("string")
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect(
    "OIDC Core §3.1.2.1: it is voluntary: whoever signs in with a password all the same goes on with that",
    () =>
      Effect.gen(function* () {
        const { browser } = yield* withPasskey
        const form = stepOf(yield* authorize(asks({ acr_values: "phr" }), browser))
        const signed = yield* signIn(form, browser)
        expect(signed._tag === "SignedIn" && (yield* acrOf(signed.outcome))).toBe("1")
      }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("whoever has none is not asked", () =>
    Effect.gen(function* () {
      const { browser } = yield* withPassword
      expect(yield* acrOf(yield* authorize(asks({ acr_values: "phr" }), browser))).toBe("1")
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("OIDC Core §3.1.2.6: prompt=none goes on with the login that there was", () =>
    Effect.gen(function* () {
      const { browser } = yield* withPasskey
      expect(yield* acrOf(yield* authorize(asks({ acr_values: "phr", prompt: "none" }), browser))).toBe("1")
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("OIDC Registration §2 default_acr_values: asked for where the request says nothing", () =>
    Effect.gen(function* () {
      const { user } = yield* withPasskey
      yield* registered("strict", { default_acr_values: ["phr"] })
      const { browser } = yield* openedBy({ user })
      const password = yield* freshSession(user.id, { hash: yield* hashSecret("W".repeat(43)) })
      yield* Sessions.open({ session: password, replaces: null })
      const weak = browserOf("b", formatToken({ userId: user.id, secret: "W".repeat(43) }))
      expect((yield* authorize(asks({ client_id: "strict" }), weak))._tag).toBe("Login")
      expect((yield* authorize(asks({ client_id: "strict" }), browser))._tag).toBe("Consent")
      expect((yield* authorize(asks({ client_id: "strict", acr_values: "1" }), weak))._tag).toBe("Consent")
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("a client that cannot do without a passkey (an essential acr)", () => {
  it.effect("OIDC Core §5.5.1.1: a password is not taken, however often it is typed; a passkey is", () =>
    Effect.gen(function* () {
      const { browser, user } = yield* withPasskey
      const request = asks({ claims: essential("phr") })
      const asked = yield* authorize(request, browser)
      expect(asked._tag).toBe("Login")
      const signed = yield* signIn(stepOf(asked), browser)
      expect(signed._tag === "SignedIn" && signed.outcome._tag).toBe("Login")
      const { browser: strong } = yield* openedBy({ user })
      expect(yield* acrOf(yield* authorize(request, strong))).toBe("phr")
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect(
    "OIDC Core §5.5.1.1: the acr that is told is one that was asked for, where a passkey is more than that",
    () =>
      Effect.gen(function* () {
        const { user } = yield* withPasskey
        const { browser } = yield* openedBy({ user })
        expect(yield* acrOf(yield* authorize(asks({ claims: essential("1") }), browser))).toBe("1")
      }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect(
    "Unmet Authentication Requirements 1.0 §2: whoever has none is refused by that name, and gets no code",
    () =>
      Effect.gen(function* () {
        const { browser } = yield* withPassword
        const request = { claims: essential("phr") }
        expect(errorOf(yield* authorize(asks(request), browser))).toBe("unmet_authentication_requirements")
        expect(errorOf(yield* authorize(asks({ ...request, prompt: "none" }), browser))).toBe(
          "unmet_authentication_requirements"
        )
        const nobody = browserOf("c")
        const signed = yield* signIn(stepOf(yield* authorize(asks(request), nobody)), nobody)
        expect(signed._tag === "SignedIn" && errorOf(signed.outcome)).toBe("unmet_authentication_requirements")
      }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("OIDC Core §3.1.2.6: prompt=none, and they could: login_required", () =>
    Effect.gen(function* () {
      const { browser } = yield* withPasskey
      const asked = asks({ claims: essential("phr"), prompt: "none" })
      expect(errorOf(yield* authorize(asked, browser))).toBe("login_required")
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a consent that was asked for on the strength of a passkey is not given on that of a password", () =>
    Effect.gen(function* () {
      const { browser: weak, user } = yield* withPasskey
      yield* registered("stranger")
      const request = asks({ client_id: "stranger", claims: essential("phr") })
      const { browser } = yield* openedBy({ user })
      const consent = stepOf(yield* authorize(request, browser))
      // Meanwhile another tab went on with the password.
      expect((yield* approveConsent(consent, weak))._tag).toBe("Login")
      expect(codeOf(yield* approveConsent(consent, browser))).toBeTypeOf("string")
    }).pipe(Effect.provide(MemoryProvider))
  )
})
