/** Subtle: revoking returns before it writes if the token is not the head. RFC 7009 §2.1: the grant ends with it. */
import { Effect, Result } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { refresh, relyingParty, withFamily } from "../Scene.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = withSteps(({ "RefreshToken.revoke": revokes }) => ({
  "RefreshToken.revoke": {
    ...revokes,
    run: (tx, request) => {
      const isHead = tx.grants.get(request.presented.grantId)?.generation === request.presented.generation
      return isHead ? revokes.run(tx, request) : Result.void
    }
  }
}))

type Scene = Effect.Success<typeof withFamily>

const scenario = {
  setup: withFamily,
  clients: ({ refreshToken }: Scene) => ({
    tab: Effect.flatMap(act("refresh", refresh(refreshToken)), ({ refresh_token }) =>
      act("refresh again", refresh(refresh_token ?? ""))
    ),
    logout: act("revoke", revoke(relyingParty, refreshToken))
  }),
  oracles: [
    revocation({
      revoked: ofNamed("revoke", () => "the family"),
      accepted: ofNamed("refresh again", () => "the family")
    })
  ]
}

export const onlyTheHeadIsRevoked = mutant(import.meta.url, {
  of: "S3",
  name: "only the head of a family is revoked",
  killedBy: "Revocation",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
