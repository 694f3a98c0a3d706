/** Defect 14: a deploy is under way, and older code writes rows back as it knows them, without what is new in them. */
import { Effect, Layer } from "effect"
import { Grant } from "../../../src/domain/Grant.ts"
import { accountSteps } from "../../../src/layers/objects/AccountSteps.ts"
import { accountTables } from "../../../src/layers/objects/AccountTables.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { OtherVersions } from "../../../src/layers/test/models/ObjectVersion.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { type Provider, refresh, relyingParty, withFamily } from "../Scene.ts"
import { mutant } from "./Mutant.ts"

/** The code of before there were revocations: it does not know that a grant has one, and writes it without. */
const { "RefreshToken.rotate": rotate } = accountSteps
const older: typeof accountSteps = {
  ...accountSteps,
  "RefreshToken.rotate": {
    ...rotate,
    run: (tx, request) => {
      const get = (...key: ReadonlyArray<string>) => {
        const found = tx.grants.get(...key)
        return found && new Grant({ ...found, revokedAt: null, revokedBecause: null })
      }
      return rotate.run({ ...tx, grants: { ...tx.grants, get } }, request)
    }
  }
}

/** Objects may run the older code, whose newest migration is `schema`; that of the code of today is 1. */
const layer = (schema: number) =>
  MemoryProvider.pipe(
    Layer.provide(Layer.succeed(OtherVersions, { AccountObject: { tables: accountTables, steps: older, schema } }))
  )

type Scene = Effect.Success<typeof withFamily>

const isDead = (token: string) => Effect.map(introspect(relyingParty, token), ({ active }) => !active)

const scenario = {
  setup: withFamily,
  clients: ({ refreshToken }: Scene) => ({
    client: act("refresh", refresh(refreshToken)),
    logout: act("revoke", revoke(relyingParty, refreshToken))
  }),
  oracles: [
    durability<Scene, Provider>({
      kept: ({ history, scene }) => {
        if (!history.actions.some((action) => action.action === "revoke" && succeeded(action))) return []
        const given = history.actions.map((action) => (valueOf(action) as TokenResponse | undefined)?.refresh_token)
        const tokens = [scene.refreshToken, ...given].filter((token) => token !== undefined)
        return tokens.map((token) => ({ what: "that the family is revoked", question: isDead(token) }))
      }
    })
  ],
  faults: ["version skew"]
} as const

export const oldCodeOverNewRows = mutant(import.meta.url, {
  of: "14",
  name: "older code writes newer rows, because the schema's number was not raised",
  killedBy: "Durability",
  within: 1_000,
  broken: { ...scenario, layer: layer(1) },
  // The number was raised: the older code sees that it is older, and refuses.
  sound: { ...scenario, layer: layer(0) }
})
