/** Of whom introspection tells: of the client that a token was given to, and of no later one. RFC 7662 §2.2. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { introspect } from "../../src/services/flows/Introspect.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { token } from "../../src/services/flows/Token.ts"
import { credentialsOf, form, registered } from "../simulation/Scene.ts"

it.effect("RFC 7662 §2.2: a client that is given the id of another is told nothing of that one's tokens", () =>
  Effect.gen(function* () {
    const machine = credentialsOf("machine")
    const register = registered("machine", { grant_types: ["client_credentials"] })
    yield* register
    const { access_token } = yield* token(machine, form({ grant_type: "client_credentials" }))
    expect(yield* introspect(machine, access_token)).toMatchObject({ active: true })
    yield* TestClock.adjust("1 minute")
    yield* deleteClient("machine")
    yield* register
    expect(yield* introspect(machine, access_token)).toEqual({ active: false })
  }).pipe(Effect.provide(MemoryProvider))
)
