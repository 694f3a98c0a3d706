/** Devices whose shards grow in number, and user codes that are in use: found where they were made, drawn anew. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer, Option, Redacted } from "effect"
import { deviceGrant } from "../../src/domain/ClientMetadata.ts"
import { UserCodeTaken } from "../../src/domain/DeviceAuthorization.ts"
import type { DeviceId } from "../../src/domain/Ids.ts"
import { fromSearchParams } from "../../src/domain/Parameters.ts"
import { formatToken } from "../../src/domain/Session.ts"
import { parse } from "../../src/domain/UserCode.ts"
import { fake } from "../../src/layers/test/Fake.ts"
import { Memory } from "../../src/layers/test/Memory.ts"
import { approveDevice } from "../../src/services/flows/device/DeviceConsent.ts"
import { hashSecret } from "../../src/services/flows/Secrets.ts"
import { type DeviceResponse, startDevice } from "../../src/services/flows/device/StartDevice.ts"
import { askForDevice } from "../../src/services/flows/device/VerifyDevice.ts"
import { token } from "../../src/services/flows/Token.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { Devices } from "../../src/services/storage/Devices.ts"
import { anotherSession, freshUser } from "../../src/services/storage/World.laws.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { provider, World } from "./World.ts"

const form = (parameters: Record<string, string>) => fromSearchParams(new URLSearchParams(parameters))
const tv = { method: "none", clientId: "tv", secret: Redacted.make("") } as const
const client = makeClient("tv", undefined, { token_endpoint_auth_method: "none", grant_types: [deviceGrant] })
const start = startDevice(tv, form({ scope: "openid" }))

describe("more shards of tickets", () => {
  const grown = Layer.succeed(ProviderConfig, new Provider({ ...provider, ticketGenerations: [2, 3] }))
  // Fresh, because the storage of the smaller world is made of the same layer.
  const Grown = Layer.mergeAll(World, Layer.fresh(Memory.pipe(Layer.provide(grown))), grown)

  /** Somebody enters the code, is asked, and says yes. */
  const approve = Effect.fnUntraced(function* ({ user_code }: DeviceResponse) {
    const user = yield* freshUser
    const secret = "s".repeat(43)
    const session = yield* anotherSession(user.id, { hash: yield* hashSecret(secret) })
    const browser = { secret: "b".repeat(43), session: formatToken({ userId: user.id, secret }) }
    const asked = yield* askForDevice(Option.getOrThrow(parse(user_code)), { session, user }, browser.secret)
    return yield* approveDevice("sealed" in asked ? asked.sealed : "", browser)
  })

  it.effect("a device that began before there were more gets its tokens, and so does one that began after", () =>
    Effect.gen(function* () {
      yield* client
      const before = yield* start.pipe(Effect.provideService(ProviderConfig, provider))
      const after = yield* start
      expect([before, after].map(({ device_code }) => device_code[0])).toEqual(["1", "2"])
      for (const device of [before, after]) {
        expect(yield* approve(device)).toEqual({ _tag: "DeviceDecided", decision: "approved" })
        const { device_code } = device
        const tokens = yield* token(tv, form({ grant_type: deviceGrant, device_code }))
        expect(tokens.token_type).toBe("Bearer")
      }
    }).pipe(Effect.provide(Grown))
  )
})

describe("RFC 8628 §6.1: a user code that is in use", () => {
  /** Of the codes that are drawn, so many of the first are in use; `asked` hears of all. */
  const inUse = (count: number, asked: Array<DeviceId>) =>
    Layer.merge(
      World,
      fake(Devices, {
        start: ({ id }) => (asked.push(id) > count ? Effect.void : Effect.fail(new UserCodeTaken())),
        find: () => Effect.succeed(null),
        decide: () => Effect.void,
        poll: () => Effect.die("nobody polls")
      })
    )

  it.effect("another is drawn, and another", () => {
    const asked: Array<DeviceId> = []
    return Effect.gen(function* () {
      yield* client
      const { device_code } = yield* start
      expect(new Set(asked).size).toBe(3)
      expect(device_code.startsWith(asked[2] ?? "none")).toBe(true)
    }).pipe(Effect.provide(inUse(2, asked)))
  })

  it.effect("three in a row, of billions, are a defect of the draw, and are not answered with one of them", () => {
    const asked: Array<DeviceId> = []
    return Effect.gen(function* () {
      yield* client
      expect(Exit.hasDies(yield* Effect.exit(start))).toBe(true)
      expect(asked).toHaveLength(3)
    }).pipe(Effect.provide(inUse(9, asked)))
  })
})
