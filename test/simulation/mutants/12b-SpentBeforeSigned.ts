/** A second form of defect 12: the `jti` is used up before the signature is looked at, so anybody can use it up. */
import { Effect } from "effect"
import { InvalidClient } from "../../../src/domain/OAuthError.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { authenticateClient } from "../../../src/services/flows/client/AuthenticateClient.ts"
import type { ShownAssertion } from "../../../src/services/flows/client/ClientAssertions.ts"
import { useOnce } from "../../../src/services/flows/ReplayId.ts"
import { assertionOf, forgeryOf, isNotBurned, withClientKey } from "../scenarios/Assertions.ts"
import { mutant } from "./Mutant.ts"

/** Looks whether the `jti` is new first, because that is cheap. */
const spendingFirst = (isSigned: boolean, now: number) =>
  useOnce({ kind: "assertion_jti", owner: "rp", jti: "j", expiresAt: now + 60_000 }).pipe(
    Effect.andThen(isSigned ? Effect.void : Effect.fail("signature")),
    Effect.mapError(() => new InvalidClient({ error_description: "", reason: "assertion", basic: false }))
  )

const soundly = (shown: ShownAssertion) => Effect.asVoid(authenticateClient(shown))

const scenario = (sound: boolean) => ({
  layer: MemoryProvider,
  setup: withClientKey,
  clients: ({ now }: { readonly now: number }) => ({
    client: act("authenticate", sound ? soundly(assertionOf("j", now)) : spendingFirst(true, now)),
    forger: act("forge", sound ? soundly(forgeryOf("j", now)) : spendingFirst(false, now))
  }),
  oracles: [isNotBurned]
})

export const spentBeforeSigned = mutant(import.meta.url, {
  of: "12b",
  name: "the jti of an assertion is used up before its signature is checked",
  killedBy: "No burn",
  within: 20,
  broken: scenario(false),
  sound: scenario(true)
})
