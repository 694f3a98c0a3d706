/** `hapax admin token`: a token by the device grant, of somebody who signs in with a browser. RFC 8628 §3. */
import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { afterAll, beforeAll, vi } from "vitest"
import { deviceToken } from "../../src/cli/DeviceToken.ts"
import { makeAdministrator } from "../../src/services/flows/operator/MakeAdministrator.ts"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { askAdmin } from "../clauses/Administrator.ts"
import { connect } from "../clauses/Device.ts"
import { newBrowser } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"

let provider: NodeProvider
const told: Array<string> = []

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation((line: string) => told.push(line))
  provider = await startNodeProvider()
})
afterAll(() => provider?.close())

const scope = "admin.clients.read"

it.effect("before there is an administrator, the tool says what to do", () =>
  Effect.gen(function* () {
    const failure = yield* Effect.flip(deviceToken(provider.issuer, scope))
    expect(failure.message).toMatch(/the provider gives no token: .*npx hapax admin create/)
  })
)

it.effect("RFC 8628 §3.3: the person is led to the page, says yes, and the token opens the admin API", () =>
  Effect.gen(function* () {
    yield* Effect.promise(() => provider.run(makeUser("alice")))
    yield* Effect.promise(() => provider.run(makeAdministrator({ user: "alice" })))
    const fiber = yield* Effect.forkChild(deviceToken(provider.issuer, scope))
    const userCode = yield* Effect.promise(() =>
      vi.waitFor(() => {
        const [, code] = /the code there is (\S+)\.$/.exec(told.at(-1) ?? "") ?? []
        expect(code).toBeDefined()
        return code ?? ""
      })
    )
    yield* Effect.promise(() => connect(newBrowser(), provider.issuer, userCode))
    yield* TestClock.adjust("5 seconds")
    const token = yield* Fiber.join(fiber)
    const { status } = yield* Effect.promise(() => askAdmin(provider, token, "GET", "/clients"))
    expect(status).toBe(200)
  })
)
