/** What each step of an object reads and writes, in workerd: found by key, and the same however full the shard is. */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { CurrentCost, zero } from "../../src/services/ports/Cost.ts"
import { AccessTokens } from "../../src/services/storage/AccessTokens.ts"
import { AuthorizationCodes } from "../../src/services/storage/AuthorizationCodes.ts"
import { Consents } from "../../src/services/storage/Consents.ts"
import { freshUserId } from "../../src/services/storage/Fresh.laws.ts"
import { RefreshTokens } from "../../src/services/storage/RefreshTokens.ts"
import { Sessions } from "../../src/services/storage/Sessions.ts"
import { SigningKeys } from "../../src/services/storage/SigningKeys.ts"
import { Tickets } from "../../src/services/storage/Tickets.ts"
import { Users } from "../../src/services/storage/Users.ts"
import {
  anotherSession,
  consentTo,
  freshAttempt,
  freshIssuance,
  freshRedemption,
  freshRotation,
  freshSession,
  keyOf,
  lifetimes,
  offline,
  presentedAt,
  profile,
  signedIn,
  withCode,
  withFamily,
  withTokens,
  ending
} from "../../src/services/storage/World.laws.ts"
import { type ObjectHarness, startObjects } from "../workerd/ObjectHarness.ts"
import { beginning, objectOperations } from "../workerd/ObjectOperations.ts"

let objects: ObjectHarness

beforeAll(async () => {
  objects = await startObjects()
})

afterAll(() => objects.close())

const layer = Layer.suspend(() => objectOperations(() => objects))

/** The rows that an effect reads and writes, as "read/written". */
const costOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const cost = zero()
    yield* Effect.exit(effect).pipe(Effect.provideService(CurrentCost, cost))
    return `${cost.objectRowsRead}/${cost.objectRowsWritten}`
  })

const codes = Effect.gen(function* () {
  const { session } = yield* signedIn
  const asked = yield* freshIssuance(session)
  const approval = { issuance: asked, consent: yield* consentTo(asked) }
  const approve = yield* costOf(AuthorizationCodes.approve(approval))
  const silent = yield* freshIssuance(session, { clientId: asked.clientId })
  const issue = yield* costOf(AuthorizationCodes.issue(silent))
  const issueAgain = yield* costOf(AuthorizationCodes.issue(silent))
  const redemption = yield* freshRedemption(silent)
  const redeem = yield* costOf(AuthorizationCodes.redeem(redemption))
  const redeemAgain = yield* costOf(AuthorizationCodes.redeem(redemption))
  const reuse = yield* costOf(Effect.flatMap(freshRedemption(silent), AuthorizationCodes.redeem))
  const old = yield* anotherSession(session.userId, { seenAt: session.seenAt - lifetimes.sessionTouch })
  const later = yield* freshIssuance(old, { clientId: asked.clientId })
  const issueLater = yield* costOf(AuthorizationCodes.issue(later))
  return { approve, issue, issueAgain, issueLater, redeem, redeemAgain, reuse }
})

const tokens = Effect.gen(function* () {
  const family = yield* withFamily
  const rotation = yield* freshRotation(family, 1)
  const { clientId, jti } = family
  return {
    rotate: yield* costOf(RefreshTokens.rotate(rotation)),
    rotateAgain: yield* costOf(RefreshTokens.rotate(rotation)),
    inspectRefresh: yield* costOf(RefreshTokens.inspect(presentedAt(family, 2))),
    inspectAccess: yield* costOf(AccessTokens.inspect(jti)),
    behind: yield* costOf(Sessions.behind(jti)),
    use: yield* costOf(Sessions.use(jti)),
    revokeAccess: yield* costOf(AccessTokens.revoke({ jti, clientId, expiresAt: beginning * 2 })),
    revokeFamily: yield* costOf(RefreshTokens.revoke({ presented: presentedAt(family, 2), because: "client" }))
  }
})

const sessions = Effect.gen(function* () {
  const { session: before, user } = yield* signedIn
  const session = yield* freshSession(user.id)
  const open = yield* costOf(Sessions.open({ session, replaces: null }))
  const next = yield* freshSession(user.id)
  const replace = yield* costOf(Sessions.open({ session: next, replaces: before.hash }))
  const find = yield* costOf(Sessions.find(keyOf(session)))
  const end = yield* costOf(Sessions.end(keyOf(session)))
  yield* anotherSession(user.id)
  yield* anotherSession(user.id)
  return {
    open,
    replace,
    find,
    end,
    list: yield* costOf(Sessions.list(user.id)),
    endAllThree: yield* costOf(ending(user.id))
  }
})

const clientsOfSessions = Effect.gen(function* () {
  const logoutChannels = { front: true, back: true }
  const { clientId, session } = yield* withCode()
  const joining = yield* freshIssuance(session, { clientId, logoutChannels })
  const issueJoining = yield* costOf(AuthorizationCodes.issue(joining))
  const issueJoined = yield* costOf(
    Effect.flatMap(freshIssuance(session, { clientId, logoutChannels }), AuthorizationCodes.issue)
  )
  for (let n = 0; n < 20; n++) {
    const issuance = yield* freshIssuance(session, { logoutChannels })
    yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  }
  const endForMany = yield* costOf(Sessions.end(keyOf(session)))
  const { jti, session: before } = yield* withTokens()
  yield* Sessions.open({ session: yield* freshSession(before.userId), replaces: before.hash })
  return { issueJoining, issueJoined, endForMany, inspectRenewed: yield* costOf(AccessTokens.inspect(jti)) }
})

const others = Effect.gen(function* () {
  const { clientId, user } = yield* withCode()
  const { user: tokenUser } = yield* withTokens({ scopes: offline })
  const userId = yield* freshUserId
  const ticket = { kind: "login", id: yield* freshUserId, expiresAt: beginning * 2 } as const
  return {
    withdraw: yield* costOf(Consents.withdraw({ userId: user.id, clientId })),
    create: yield* costOf(Users.create({ userId, profile, passwordHash: null })),
    findUser: yield* costOf(Users.find(userId)),
    change: yield* costOf(Users.change({ userId, version: 1, status: "disabled" })),
    changeAgain: yield* costOf(Users.change({ userId, version: 1, status: "disabled" })),
    void: yield* costOf(Effect.flatMap(freshUserId, Users.void)),
    remove: yield* costOf(Users.remove({ userId: tokenUser.id, version: tokenUser.version })),
    spend: yield* costOf(Tickets.spend({ ...ticket, attempt: yield* freshAttempt })),
    // That it was shown again is written down and told once, however often it is shown.
    spendAgain: yield* costOf(Tickets.spend({ ...ticket, attempt: yield* freshAttempt })),
    spendStill: yield* costOf(Tickets.spend({ ...ticket, attempt: yield* freshAttempt })),
    ring: yield* costOf(SigningKeys.ring())
  }
})

/** Every step, on a shard whose alarm is set: a row for the thing and one for its event. */
const all = Effect.gen(function* () {
  return {
    ...(yield* codes),
    ...(yield* tokens),
    ...(yield* sessions),
    ...(yield* clientsOfSessions),
    ...(yield* others)
  }
})

/**
 * A first write to each object, so that its alarm is set; and rows behind all others: where a search ends, it looks at
 * the next row, if there is one.
 */
const warm = Effect.gen(function* () {
  yield* signedIn
  yield* Effect.promise(async () => {
    const account = objects.object("ACCOUNT", "1-0")
    await account.query("INSERT INTO sessions VALUES ('~', '~', ?, '{}')", [beginning * 2])
    await account.query("INSERT INTO consents VALUES ('~', '~', '{}')")
  })
  const ticket = { kind: "login", id: yield* freshUserId, expiresAt: beginning * 2 } as const
  yield* Tickets.spend({ ...ticket, attempt: yield* freshAttempt })
  // The ticket's object has something to tell only when it is shown again.
  yield* Effect.exit(Tickets.spend({ ...ticket, attempt: yield* freshAttempt }))
})

/** The rows that each step reads, and writes: the second number is what costs. */
const budget = {
  approve: "3/3",
  issue: "4/2",
  issueAgain: "2/0",
  // The session was not used for an hour, so this use is written down.
  issueLater: "4/3",
  redeem: "4/2",
  redeemAgain: "4/0",
  reuse: "4/2",
  rotate: "4/2",
  rotateAgain: "4/0",
  inspectRefresh: "4/0",
  inspectAccess: "4/0",
  // The session was used within the hour.
  behind: "4/0",
  use: "4/0",
  revokeAccess: "1/2",
  revokeFamily: "1/2",
  open: "1/2",
  replace: "2/3",
  find: "2/0",
  end: "1/2",
  list: "6/0",
  endAllThree: "6/4",
  // A client that wants to hear of the session's end is written down in it, once.
  issueJoining: "4/3",
  issueJoined: "4/2",
  // Twenty-one clients are told by one row of the outbox.
  endForMany: "1/2",
  // The session that goes on is found by way of the one before.
  inspectRenewed: "5/0",
  withdraw: "2/2",
  create: "0/2",
  findUser: "1/0",
  change: "1/2",
  changeAgain: "1/0",
  void: "0/2",
  remove: "9/4",
  spend: "0/1",
  spendAgain: "1/2",
  spendStill: "1/0",
  ring: "0/0"
}

const many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO"

/** Ten thousand rows more in every table of the shard, of ten thousand other users. */
const fill = async () => {
  const account = objects.object("ACCOUNT", "1-0")
  await account.query(`${many} users SELECT '1-0.' || i, '{}' FROM n`)
  await account.query(`${many} sessions SELECT '1-0.' || i, 's' || i, ?, '{}' FROM n`, [beginning * 2])
  await account.query(`${many} consents SELECT '1-0.' || i, 'c' || i, '{}' FROM n`)
  await account.query(`${many} grants SELECT '1-0.' || i, ?, '{}' FROM n`, [beginning * 2])
  await account.query(`${many} ended_tokens SELECT '1-0.' || i || '.j', ?, '{}' FROM n`, [beginning * 2])
  await account.query(`${many} outbox SELECT NULL, '[]' FROM n`)
  const tickets = objects.object("TICKET", "1-0")
  await tickets.query(`${many} spent SELECT 'login', '1-0.' || i, ?, '{}' FROM n`, [beginning * 2])
}

/** How SQLite goes about a statement. */
const planOf = async (statement: string) => {
  const parameters = Array.from(statement.matchAll(/\?/g), () => "x")
  const table = /(?:FROM|INTO|UPDATE) (\w+)/.exec(statement)?.[1] ?? ""
  const binding = table === "spent" ? "TICKET" : table === "rings" ? "KEY_RING" : "ACCOUNT"
  const rows = await objects.object(binding, "1-0").query(`EXPLAIN QUERY PLAN ${statement}`, parameters)
  return { statement, plan: rows.map(({ detail }) => String(detail)) }
}

const plansOf = async (statements: ReadonlyArray<string>) => {
  const plans = []
  for (const statement of statements) if (!/^(CREATE|EXPLAIN)/.test(statement)) plans.push(await planOf(statement))
  return plans
}

describe("rows of the objects", () => {
  it.effect("every step costs the same in an empty shard and in one of ten thousand users, sessions and grants", () =>
    Effect.gen(function* () {
      yield* warm
      expect(yield* all).toEqual(budget)
      yield* Effect.promise(fill)
      expect(yield* all).toEqual(budget)
    }).pipe(Effect.provide(layer))
  )

  it.effect("no statement of a step scans: each is a search by the primary key", () =>
    Effect.gen(function* () {
      yield* Effect.promise(() => objects.see())
      yield* all
      const { statements } = yield* Effect.promise(() => objects.see())
      const plans = yield* Effect.promise(() => plansOf(statements))
      expect(plans.length).toBeGreaterThan(10)
      for (const { plan, statement } of plans) {
        if (/^(SELECT|DELETE|UPDATE)/.test(statement)) expect(plan, statement).not.toEqual([])
        for (const detail of plan) expect(detail, statement).toMatch(/^SEARCH \w+ USING (INTEGER )?PRIMARY KEY/)
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("an alarm scans nothing but a page: of the outbox, and of the sweep", () =>
    Effect.gen(function* () {
      const account = objects.object("ACCOUNT", "1-1")
      const rows = Array.from({ length: 600 }, (_, n) => [`1-0.${String(n).padStart(3, "0")}`, beginning * 2] as const)
      yield* Effect.promise(async () => {
        await account.step("User.find", "1-1.aaaaaaaaaaaaaaaaaaaaaa")
        await account.query("INSERT INTO sessions SELECT ?1, 's', ?2, '{}'", ...rows)
        await account.evict()
        await objects.see()
        // Twice, so that the second run goes on where the first one stopped.
        await account.ring()
        await objects.set({ now: beginning + 10_000 })
        await account.ring()
      })
      const { statements } = yield* Effect.promise(() => objects.see())
      const plans = yield* Effect.promise(() => plansOf(statements))
      const scans = plans.filter(({ plan }) => plan.some((detail) => !detail.startsWith("SEARCH")))
      const oneRow = new Set([
        "SELECT version FROM schema_version",
        "SELECT least, visited FROM schema_standing",
        "SELECT due, position FROM sweep"
      ])
      for (const { plan, statement } of scans.filter((scan) => !oneRow.has(scan.statement))) {
        expect(plan, statement).toEqual([expect.stringMatching(/^SCAN \w+$/)])
        expect(statement).toMatch(/ LIMIT (\?|1)$/)
        expect(statement).not.toMatch(/FROM (users|consents)/)
      }
      const goesOn = plans.find(({ statement }) => statement.includes(") > ("))
      expect(goesOn?.plan).toEqual(["SEARCH sessions USING PRIMARY KEY ((user_id,session_hash)>(?,?))"])
    }).pipe(Effect.provide(layer))
  )
})
