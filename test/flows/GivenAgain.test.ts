/** A client id that is given again is another client: what users allowed the first counts for nothing. RFC 7591 §5. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { approveConsent } from "../../src/services/flows/authorize/ConsentStep.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { asks, codeOf, registered, signedInFor, stepOf } from "../simulation/Scene.ts"

it.effect("RFC 6749 §10.2: the user is asked again, and then for this client alone", () =>
  Effect.gen(function* () {
    const { browser } = yield* signedInFor("openid profile email")
    const silent = (scope: string) => authorize(asks({ scope }), browser)
    expect(codeOf(yield* silent("openid profile"))).toBeDefined()
    yield* TestClock.adjust("1 minute")
    yield* deleteClient("rp")
    yield* registered("rp")
    const asked = yield* silent("openid profile")
    expect(asked._tag).toBe("Consent")
    expect(codeOf(yield* approveConsent(stepOf(asked), browser))).toBeDefined()
    expect(codeOf(yield* silent("openid profile"))).toBeDefined()
    expect((yield* silent("openid profile email"))._tag).toBe("Consent")
  }).pipe(Effect.provide(MemoryProvider))
)
