/** Who is told of a logout, by what, and when again. Back-Channel Logout 1.0 §2, Front-Channel Logout 1.0 §2, §3. */
import { describe, expect, it } from "vitest"
import { defaultMetadata } from "../../src/domain/ClientMetadata.ts"
import { ClientId, SecretHash, Sid, UserId } from "../../src/domain/Ids.ts"
import { logoutEvent, logoutToken, retryAfter } from "../../src/domain/Logout.ts"
import { channelsOf, frameOf } from "../../src/domain/LogoutChannels.ts"
import { isLive, renewed, Session, withClient } from "../../src/domain/Session.ts"

const frontchannel_logout_uri = "https://rp.example/front?a=b"
const backchannel_logout_uri = "https://rp.example/back"
const sid = Sid.make("s".repeat(22))
const userId = UserId.make(`1-0.${"u".repeat(22)}`)
const rp = ClientId.make("rp")

describe("what a client asks for", () => {
  it("a frame, a request, both, or nothing", () => {
    expect(channelsOf(defaultMetadata)).toBeUndefined()
    expect(channelsOf({ ...defaultMetadata, frontchannel_logout_uri })).toEqual({ front: true, back: false })
    expect(channelsOf({ ...defaultMetadata, backchannel_logout_uri })).toEqual({ front: false, back: true })
    const both = { ...defaultMetadata, frontchannel_logout_uri, backchannel_logout_uri }
    expect(channelsOf(both)).toEqual({ front: true, back: true })
  })

  it("Front-Channel Logout §2: iss and sid are added to the registered address, whose query is kept", () => {
    const metadata = { ...defaultMetadata, frontchannel_logout_uri }
    const added = `iss=${encodeURIComponent("https://id.example")}&sid=${sid}`
    expect(frameOf(metadata, "https://id.example", sid)).toBe(`${frontchannel_logout_uri}&${added}`)
    expect(frameOf(defaultMetadata, "https://id.example", sid)).toBeUndefined()
  })
})

describe("Back-Channel Logout §2.4: the logout token", () => {
  const notice = { id: "an id", at: 1_000, clientId: rp, userId, sid }
  const claims = logoutToken(notice, { issuer: "https://id.example", now: 5_999, subject: "who" })

  it("has iss, sub, aud, iat, exp, jti, sid and one event, and nothing else", () => {
    expect(claims).toEqual({
      iss: "https://id.example",
      sub: "who",
      aud: "rp",
      iat: 5,
      exp: 125,
      jti: "an id",
      events: { [logoutEvent]: {} },
      sid
    })
  })

  it("§2.4: lives two minutes at most", () => {
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBeLessThanOrEqual(120)
  })
})

it("§2.8: a try waits longer than the one before, and the queue's longest delay is never passed", () => {
  const delays = Array.from({ length: 20 }, (_, index) => retryAfter(index + 1))
  for (const [index, delay] of delays.entries()) expect(delay).toBeGreaterThanOrEqual(delays[index - 1] ?? 1)
  // https://developers.cloudflare.com/queues: 12 hours.
  expect(Math.max(...delays)).toBeLessThanOrEqual(43_200)
})

describe("a session and its clients", () => {
  const session = new Session({
    userId,
    hash: SecretHash.make("a".repeat(43)),
    sid,
    authentication: { authTime: 0, acr: "1", amr: [] },
    createdAt: 0,
    seenAt: 0,
    expiresAt: 1_000,
    idle: 500
  })
  const channels = { front: true, back: true }

  it("a client that asks for nothing, or for what it asked before, changes nothing: there is nothing to write", () => {
    expect(withClient(session, rp, undefined)).toBe(session)
    const joined = withClient(session, rp, channels)
    expect(joined.clients).toEqual([{ ...channels, id: "rp" }])
    expect(withClient(joined, rp, { ...channels })).toBe(joined)
    expect(withClient(joined, rp, undefined)).toBe(joined)
  })

  it("renewed, it is the same to its clients; what opened it before is dead, whatever its times are", () => {
    const by = new Session({ ...session, hash: SecretHash.make("b".repeat(43)), sid: Sid.make("t".repeat(22)) })
    const both = renewed(withClient(session, rp, channels), by)
    expect(both.by).toMatchObject({ hash: by.hash, sid, clients: [{ id: "rp" }] })
    expect([isLive(session, 1), isLive(both.before, 1), isLive(both.by, 1)]).toEqual([true, false, true])
    expect(both.before.continuedBy).toBe(by.hash)
  })

  it("renewed without clients, it has none, and no member for them", () => {
    expect("clients" in renewed(session, session).by).toBe(false)
  })
})
