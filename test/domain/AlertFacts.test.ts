/** system.md, alerts: what is counted together and what is not, before anybody is told. */
import { describe, expect, test } from "vitest"
import { alertsAsTheyCome } from "../../src/domain/AlertSettings.ts"
import { fromEvents, fromShards } from "../../src/domain/AlertFacts.ts"
import type { AuditEvent } from "../../src/domain/AuditEvent.ts"
import { Locator } from "../../src/domain/Locator.ts"
import { ShardSize, unmeasured } from "../../src/domain/ShardSize.ts"

const reached = (limit: string, key: string): AuditEvent => ({
  id: `${limit} ${key}`,
  at: 0,
  type: "limit.reached",
  detail: { limit, key }
})

describe("rate limiter tripping for one account", () => {
  const twice = { ...alertsAsTheyCome, accountTrips: 2 }

  test("limits of networks and of the provider's own work are none of an account", () => {
    const events = ["login_address", "letter_asker", "client_secret", "clients"].map((name) => reached(name, "1-0.k"))
    expect(fromEvents(events, alertsAsTheyCome)).toEqual([])
  })

  test("two accounts that trip once each are not one that trips twice", () => {
    const [ada, bob] = [reached("login_account", "1-0.ada"), reached("login_account", "1-0.bob")]
    expect(fromEvents([ada, bob], twice)).toEqual([])
    expect(fromEvents([ada, bob, ada], twice)).toEqual([
      { name: "limit.account", detail: { accounts: "1", first: "login_account 1-0.ada" } }
    ])
  })
})

describe("object larger than its alarm", () => {
  const shard = (name: string, megabytes: number) =>
    new ShardSize({ ...unmeasured("account", Locator.make(name)), bytes: megabytes * 1_000_000 })

  test("the largest is named, and how many there are", () => {
    const { objectMegabytes } = alertsAsTheyCome
    expect(fromShards([shard("1-0", objectMegabytes)], alertsAsTheyCome)).toEqual([])
    expect(fromShards([shard("1-0", 101), shard("1-1", 300), shard("1-2", 200)], alertsAsTheyCome)).toEqual([
      { name: "object.size", detail: { objects: "3", largest: "account 1-1", size: "300 MB" } }
    ])
  })
})
