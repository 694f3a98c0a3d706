/**
 * What an object sweeps when its alarm rings, while that which rests on its rows goes on: a row may be deleted when
 * nobody can want it any more, and not before.
 */
import { Effect } from "effect"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { type Entry, entry } from "../Entry.ts"
import { refresh, relyingParty, withFamily } from "../Scene.ts"
import { ProviderWithBackground, type WithBackground } from "./AuditPipeline.ts"
import { doing, isAcknowledged, patient, platformFaults } from "./Race.ts"
import { isActive, isInvalidGrant, not, tokensGiven } from "./Rules.ts"

interface Family {
  readonly accessToken: string
  readonly refreshToken: string
}

/** Longer than a code may wait. */
const later = 61_000

const sweeping: Scenario<Family, WithBackground> = {
  name: "revoke access token/refresh, and what expired is swept",
  layer: ProviderWithBackground,
  setup: withFamily,
  clients: ({ accessToken, refreshToken }) => ({
    client: Effect.andThen(Effect.sleep(later), act("revoke", patient(revoke(relyingParty, accessToken)))),
    other: Effect.andThen(Effect.sleep(later), act("refresh", patient(refresh(refreshToken))))
  }),
  faults: platformFaults,
  background: "after",
  oracles: [
    durability({
      kept: (run) => [
        ...(isAcknowledged(run, "revoke")
          ? [{ what: "the end of an access token", question: not(isActive((run.scene as Family).accessToken)) }]
          : []),
        ...tokensGiven(run, "refresh").map((token) => ({ what: "what a refresh gave", question: isActive(token) }))
      ]
    }),
    noBurn({ thing: "refresh token", of: doing("refresh"), refused: isInvalidGrant })
  ]
}

export const swept: ReadonlyArray<Entry> = [entry(sweeping, "exhaustive")]
