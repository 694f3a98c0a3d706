/** User codes, where their devices are, and the decisions about polls. RFC 8628 §3.5, §6.1. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Option, Result, Schema } from "effect"
import {
  decide,
  DeviceAuthorization,
  type DevicePoll,
  forgottenAt,
  formatDeviceCode,
  parseDeviceCode,
  placesOf,
  poll,
  start
} from "../../src/domain/DeviceAuthorization.ts"
import type { Client } from "../../src/domain/Client.ts"
import { defaultMetadata, deviceGrant } from "../../src/domain/ClientMetadata.ts"
import { rulesOf } from "../../src/domain/ClientRules.ts"
import { defaultsOf, judgeProfile } from "../../src/domain/JudgeProfile.ts"
import { AccessTarget } from "../../src/domain/AccessTarget.ts"
import { AttemptId, ClientId, DeviceId, GrantId, SecretHash, UserId } from "../../src/domain/Ids.ts"
import { Generations, ofId } from "../../src/domain/Locator.ts"
import { format, parse, UserCode } from "../../src/domain/UserCode.ts"

const now = 1_000_000
const hash = SecretHash.make("h".repeat(43))
const client = ClientId.make("tv")
const grantId = GrantId.make(`1-0.${"g".repeat(22)}`)
const device = new DeviceAuthorization({
  id: DeviceId.make(`1-0.${"d".repeat(22)}`),
  codeHash: hash,
  clientId: client,
  scopes: ["openid"],
  status: "pending",
  grantId: null,
  interval: 5_000,
  polledAt: null,
  hurried: false,
  attempt: null,
  expiresAt: now + 600_000
})
const changed = (changes: Partial<DeviceAuthorization>) => new DeviceAuthorization({ ...device, ...changes })
const asked = { attempt: AttemptId.make("one"), id: device.id, codeHash: hash, clientId: client }
const approved = changed({ status: "approved", grantId })

describe("RFC 8628 §6.1: user codes", () => {
  it.effect.prop(
    "is read as it is shown, and in whatever case and with whatever between its letters",
    [UserCode],
    ([c]) =>
      Effect.sync(() => {
        for (const typed of [
          format(c),
          c,
          format(c).toLowerCase(),
          ` ${c.split("").join(" ")} `,
          format(c).replace("-", "–")
        ]) {
          expect(Option.getOrNull(parse(typed))).toBe(c)
        }
      })
  )

  it.effect.prop("whatever is read is eight of the twenty letters", [Schema.String], ([text]) =>
    Effect.sync(() => {
      const read = parse(text)
      if (Option.isSome(read)) expect(read.value).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/)
    })
  )

  it.each(["", "WDJB", "WDJB-MJHTX", "WDJB-MJHA", "WDJB-MJH1", "AEIO-UYAE", "ẆDJB-MJHT"])("%o is none", (text) => {
    expect(parse(text)).toEqual(Option.none())
  })
})

describe("where a device is", () => {
  const tags = Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/)))

  it.effect.prop(
    "one place a generation, the newest first, each of which exists",
    [tags, Generations],
    ([tag, generations]) =>
      Effect.sync(() => {
        const places = placesOf(tag, generations)
        expect(places.map((id) => Number(id.split("-")[0]))).toEqual(generations.map((_, i) => generations.length - i))
        for (const id of places) expect(Option.isSome(ofId(generations, id))).toBe(true)
      })
  )

  it.effect.prop("what was made before the shards grew is where it was", [tags, Generations], ([tag, generations]) =>
    Effect.sync(() => {
      expect(placesOf(tag, [...generations, 7]).slice(1)).toEqual(placesOf(tag, generations))
    })
  )

  it("the codes of many devices are spread over the shards", () => {
    const tag = (i: number) => Buffer.from(new Uint8Array(32).fill(i)).toString("base64url")
    const shards = new Set(Array.from({ length: 64 }, (_, i) => placesOf(tag(i), [4])[0].split(".")[0]))
    expect(shards.size).toBe(4)
  })

  it("a device code names its place and carries a secret; anything else is none", () => {
    const secret = "s".repeat(43)
    expect(Option.getOrNull(parseDeviceCode(formatDeviceCode(device.id, secret)))).toEqual([device.id, secret])
    for (const text of ["", "x", device.id, `${device.id}.short`, `0-0.${"d".repeat(22)}.${secret}`, `.${secret}`]) {
      expect(parseDeviceCode(text)).toEqual(Option.none())
    }
  })
})

describe("whose devices may ask", () => {
  const rules = (metadata: object) =>
    rulesOf({ metadata: { ...defaultMetadata, ...metadata } } as Client, { requirePushedRequests: false })

  it("those of a client that is registered for the grant, and never of one of the profile (FAPI 2.0 §5.3)", () => {
    expect(rules({}).devices).toBe(false)
    expect(rules({ grant_types: [deviceGrant] }).devices).toBe(true)
    expect(rules({ grant_types: [deviceGrant], profile: "fapi2" }).devices).toBe(false)
    const both = { ...defaultMetadata, ...defaultsOf("fapi2"), profile: "fapi2" as const }
    const around = { allowLoopback: false }
    expect(judgeProfile(both, around)).toBe(undefined)
    const wanting = { ...both, grant_types: ["authorization_code", deviceGrant] as const }
    expect(judgeProfile(wanting, around)?.field).toBe("grant_types")
  })
})

describe("starting and deciding", () => {
  const other = changed({ codeHash: SecretHash.make("o".repeat(43)) })

  it("a user code is free, one's own, or another's until that one's time is over", () => {
    expect(start(undefined, device, now)).toBe("first")
    expect(start(device, device, now)).toBe("again")
    expect(start(device, other, device.expiresAt - 1)).toBe("taken")
    expect(start(device, other, device.expiresAt)).toBe("first")
    expect(start(approved, device, device.expiresAt)).toBe("again")
  })

  it("§3.3: the first decision stands; the same again is the same; another's is refused", () => {
    const userId = UserId.make(`1-0.${"u".repeat(22)}`)
    const yes = { id: device.id, codeHash: hash, userId, grantId }
    const no = { ...yes, grantId: null }
    const said = (found: DeviceAuthorization | undefined, request: typeof yes | typeof no, at = now) => {
      const decided = decide(found, request, at)
      return Result.isSuccess(decided)
        ? `${decided.success._tag} ${decided.success.row.status}`
        : decided.failure.reason
    }
    expect(said(device, yes)).toBe("Decided approved")
    expect(said(device, no)).toBe("Decided denied")
    expect(said(approved, yes)).toBe("Again approved")
    expect(said(changed({ status: "taken", grantId }), yes, device.expiresAt)).toBe("Again taken")
    expect(said(changed({ status: "denied" }), no)).toBe("Again denied")
    expect(said(changed({ status: "denied" }), yes)).toBe("decided")
    expect(said(approved, no)).toBe("decided")
    expect(said(approved, { ...yes, grantId: GrantId.make(`1-0.${"x".repeat(22)}`) })).toBe("decided")
    expect(said(device, yes, device.expiresAt)).toBe("expired")
    expect(said(other, yes)).toBe("unknown")
    expect(said(undefined, yes)).toBe("unknown")
  })
})

describe("RFC 8628 §3.5: polling", () => {
  const said = (found: DeviceAuthorization | undefined, request: Partial<DevicePoll> = {}, at = now) => {
    const { answer, row } = poll(found, { ...asked, ...request }, at)
    return [Result.isSuccess(answer) ? answer.success : answer.failure.reason, row?.status ?? "unchanged"]
  }

  it("pending until somebody decides, then what was decided", () => {
    expect(said(device)).toEqual(["pending", "pending"])
    expect(said(approved)).toEqual([grantId, "taken"])
    expect(said(changed({ status: "denied" }))).toEqual(["denied", "unchanged"])
  })

  it("what is another's, unknown, taken or too late changes nothing", () => {
    expect(said(undefined)).toEqual(["unknown", "unchanged"])
    expect(said(approved, { codeHash: SecretHash.make("x".repeat(43)) })).toEqual(["unknown", "unchanged"])
    expect(said(approved, { clientId: ClientId.make("other") })).toEqual(["client", "unchanged"])
    expect(said(changed({ status: "taken", grantId }))).toEqual(["taken", "unchanged"])
    expect(said(approved, {}, device.expiresAt)).toEqual(["expired", "unchanged"])
  })

  it("an approval is not made to wait for the interval", () => {
    expect(said(changed({ status: "approved", grantId, polledAt: now - 1 }))).toEqual([grantId, "taken"])
  })

  it("RFC 8707 §2.2: a resource that was not granted is refused before anything is taken", () => {
    const target = (audience: string) => new AccessTarget({ audience, scopes: ["a"], format: "jwt", lifetime: 1 })
    const one = changed({
      status: "approved",
      grantId,
      targets: [target("https://one.example"), target("https://two.example")],
      scopes: ["a"]
    })
    expect(said(one, { resource: "https://three.example" })).toEqual(["resource", "unchanged"])
    expect(said(one)).toEqual(["resource", "unchanged"])
    expect(said(one, { resource: "https://two.example" })).toEqual([grantId, "taken"])
  })

  it.effect.prop(
    "slow_down exactly if it comes before the interval, which then grows by 5 seconds; never for the same attempt",
    [Schema.Array(Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 30_000 }))))],
    ([waits]) =>
      Effect.sync(() => {
        let row = device
        let at = now
        let interval = device.interval
        for (const [index, wait] of waits.slice(0, 15).entries()) {
          at += wait
          const isFirst = row.polledAt === null
          const isFast = !isFirst && wait < interval
          if (isFast) interval += 5_000
          const request = { ...asked, attempt: AttemptId.make(`${index}`) }
          const polled = poll(row, request, at)
          const reason = isFast ? "slow_down" : "pending"
          expect(Result.isFailure(polled.answer) && polled.answer.failure.reason).toBe(reason)
          row = polled.row ?? row
          expect([row.interval, row.polledAt]).toEqual([interval, at])
          const again = poll(row, request, at + 1)
          expect([Result.isFailure(again.answer) && again.answer.failure.reason, again.row]).toEqual([
            reason,
            undefined
          ])
        }
      })
  )

  it("a device that comes too late is told so for ten minutes, and its row is kept as long", () => {
    expect(forgottenAt(device)).toBe(device.expiresAt + 600_000)
  })
})
