/** Swapping a layer in a test: the real token endpoint's flow over memory, with one operation that fails. */
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { fromSearchParams } from "../../src/domain/Parameters.ts"
import { fake } from "../../src/layers/test/Fake.ts"
import { token } from "../../src/services/flows/Token.ts"
import { AuthorizationCodes } from "../../src/services/storage/AuthorizationCodes.ts"
import { OutcomeUnknown } from "../../src/services/storage/StorageError.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { World } from "./World.ts"

const code = `1-0.${"A".repeat(22)}.${"B".repeat(43)}`
const form = fromSearchParams(new URLSearchParams({ grant_type: "authorization_code", code }))
const rp = { method: "client_secret_basic", clientId: "rp", secret: Redacted.make("s3cret") } as const

// #region swap
const lost = new OutcomeUnknown({ operation: "AuthorizationCode.redeem", detail: "the object reset" })
const Broken = fake(AuthorizationCodes, { redeem: () => Effect.fail(lost) })

it.live("a redemption whose outcome nobody knows is an error, never a token", () =>
  Effect.gen(function* () {
    yield* makeClient("rp", "s3cret", { redirect_uris: ["https://rp.example/cb"] })
    const error = yield* Effect.flip(token(rp, form))
    expect(error._tag).toBe("OutcomeUnknown")
  }).pipe(Effect.provide(Layer.merge(World, Broken)))
)
// #endregion
