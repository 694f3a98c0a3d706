/** The networks that are counted, and the browsers that are known. RFC 4291 §2.5, OWASP ASVS 5.0 §6.3.1. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { HttpServerRequest } from "effect/http"
import { UserId } from "../../src/domain/Ids.ts"
import { after, KnownDevice, knownSince, mostUsers } from "../../src/domain/KnownDevice.ts"
import { networkOf } from "../../src/domain/NetworkAddress.ts"
import { readAddress } from "../../src/http/NetworkAddress.ts"
import { testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"

describe("a network, as it is counted", () => {
  it("is an IPv4 address", () => {
    expect(networkOf("203.0.113.7")).toBe("203.0.113.7")
  })

  it.each([
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002:ffff::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"]
  ])("RFC 4291 §2.5.4: an IPv6 address counts with its /64: %s", (text, network) => {
    expect(networkOf(text)).toBe(network)
  })

  it.each(["::ffff:203.0.113.7", "::FFFF:cb00:7107", "0:0:0:0:0:ffff:203.0.113.7"])(
    "RFC 4291 §2.5.5.2: an IPv4 address that is written as IPv6 is the IPv4 address: %s",
    (text) => {
      expect(networkOf(text)).toBe("203.0.113.7")
    }
  )

  it.each([
    "",
    "unknown",
    "203.0.113",
    "203.0.113.256",
    "0203.0.113.7",
    "203.0.113.7, 198.51.100.1",
    "203.0.113.7:443",
    "[2001:db8::1]",
    "2001:db8::1%eth0",
    "1::2::3",
    "example.com",
    "dead.beef:",
    "::ffff:203.0.113.7/96"
  ])("nothing else is one: %s", (text) => {
    expect(networkOf(text)).toBeUndefined()
  })

  it.prop("a text is judged, never thrown at", [Schema.String], ([text]) => {
    const network = networkOf(text)
    return network === undefined || network.length <= 25
  })
})

describe("a browser that somebody signed in with", () => {
  const user = (index: number) => UserId.make(`1-0.${String(index).padStart(22, "u")}`)
  const none = new KnownDevice({ id: "a browser", users: [] })
  const day = 86_400_000

  it("knows its people for a time, and nobody else", () => {
    const device = after(none, user(1), 1_000)
    expect(knownSince(device, user(1), day, 1_000 + day - 1)).toBe(1_000)
    expect(knownSince(device, user(1), day, 1_000 + day)).toBeUndefined()
    expect(knownSince(device, user(2), day, 1_000)).toBeUndefined()
    expect(knownSince(none, user(1), day, 1_000)).toBeUndefined()
  })

  it("a login makes it known anew, and keeps its name", () => {
    const device = after(after(none, user(1), 1_000), user(1), 2_000)
    expect(device).toEqual({ id: "a browser", users: [{ userId: user(1), at: 2_000 }] })
  })

  it("remembers so many people that a cookie holds them, the latest", () => {
    let device = none
    for (let index = 0; index < mostUsers + 3; index++) device = after(device, user(index), index)
    expect(device.users).toHaveLength(mostUsers)
    expect(knownSince(device, user(mostUsers + 2), day, 10)).toBe(mostUsers + 2)
    expect(knownSince(device, user(2), day, 10)).toBeUndefined()
  })
})

describe("docs/decisions/0019-limits.md: which address is believed", () => {
  const headers = { "cf-connecting-ip": "203.0.113.7", "x-forwarded-for": "203.0.113.8", "x-real-ip": "203.0.113.9" }
  const readWith = (addressHeader: string | null) =>
    readAddress.pipe(
      Effect.provideService(ProviderConfig, new Provider({ ...testProvider, addressHeader })),
      Effect.provideService(
        HttpServerRequest.HttpServerRequest,
        HttpServerRequest.fromWeb(new Request("https://id.example/login", { headers }))
      )
    )

  it.effect("the one in the header that the operator names; none at all if they name none", () =>
    Effect.gen(function* () {
      expect(yield* readWith("x-real-ip")).toBe("203.0.113.9")
      expect(yield* readWith("x-absent")).toBeUndefined()
      expect(yield* readWith(null)).toBeUndefined()
    })
  )
})
