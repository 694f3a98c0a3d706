/** Subtle for a search: revoking answers and does nothing, so it touches nothing that whoever comes later reads. */
import { type Effect, Result } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import type { ActionRecord } from "../../../src/layers/test/kernel/History.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { relyingParty, withFamily } from "../Scene.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = withSteps(({ "RefreshToken.revoke": revokes }) => ({
  "RefreshToken.revoke": { ...revokes, run: () => Result.void }
}))

const isActive = (action: ActionRecord): boolean =>
  (valueOf(action) as { readonly active: boolean } | undefined)?.active === true

const scenario = {
  setup: withFamily,
  clients: ({ refreshToken }: Effect.Success<typeof withFamily>) => ({
    api: act("introspect", introspect(relyingParty, refreshToken)),
    client: act("revoke", revoke(relyingParty, refreshToken))
  }),
  oracles: [
    revocation({
      revoked: ofNamed("revoke", () => "the token"),
      accepted: ofNamed("introspect", (action) => (isActive(action) ? "the token" : undefined))
    })
  ]
}

export const revokingDoesNothing = mutant(import.meta.url, {
  of: "S6",
  name: "revoking answers and does nothing",
  killedBy: "Revocation",
  within: 10,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
