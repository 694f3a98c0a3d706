/** What the home is asked to issue, of what a client asks for and is held to. RFC 6749 §4.1.2, FAPI 2.0 §5.3.2.1. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Client } from "../../src/domain/Client.ts"
import { type ClientMetadata, defaultMetadata } from "../../src/domain/ClientMetadata.ts"
import { ClientId } from "../../src/domain/Ids.ts"
import { Lifetimes } from "../../src/domain/Lifetime.ts"
import { drawIssuance } from "../../src/services/flows/authorize/IssueCode.ts"
import { clientKey } from "../../src/services/flows/keys/Keys.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { plainRequest } from "../../src/services/storage/Fresh.laws.ts"
import { session, user } from "../domain/Grants.ts"
import { provider, World } from "./World.ts"

const id = ClientId.make("rp")
const basis = { userId: user.id, sessionHash: session.hash, authenticatedSince: 0, subject: null }

const request = plainRequest(id)

const clientOf = (changes: Partial<ClientMetadata>) =>
  new Client({ id, metadata: { ...defaultMetadata, ...changes }, secrets: [], version: 1, createdAt: 0, updatedAt: 0 })

/** What is issued by a provider whose codes live that long, in milliseconds. */
const issued = (changes: Partial<ClientMetadata>, authorizationCode: number) => {
  const lifetimes = new Lifetimes({ ...provider.lifetimes, authorizationCode })
  return drawIssuance(request, clientOf(changes), basis).pipe(
    Effect.map(({ issuance }) => issuance),
    Effect.provideService(ProviderConfig, new Provider({ ...provider, lifetimes })),
    Effect.provide(World)
  )
}

it.effect("FAPI 2.0 §5.3.2.1: a code of the profile lives a minute at most, whatever the provider's live", () =>
  Effect.gen(function* () {
    const lifetimes = yield* Effect.forEach([30_000, 600_000], (lifetime) => issued({ profile: "fapi2" }, lifetime))
    expect(lifetimes.map(({ codeLifetime }) => codeLifetime)).toEqual([30_000, 60_000])
    expect(yield* issued({}, 600_000)).toMatchObject({ codeLifetime: 600_000 })
  })
)

it.effect("FAPI 2.0 §5.4.1: nothing is signed by RS256 for a client that came to the profile with it", () =>
  Effect.gen(function* () {
    const before = { profile: "fapi2", id_token_signed_response_alg: "RS256" } as const
    expect(yield* clientKey(clientOf(before))).toMatchObject({ alg: "PS256" })
    const issuance = yield* issued({ ...before, userinfo_signed_response_alg: "RS256" }, 30_000)
    expect(issuance).toMatchObject({ userinfoAlg: "PS256" })
  }).pipe(Effect.provide(World))
)
