/** The event of each effect, in workerd: written by the effect's transaction, and by no transaction without one. */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Passkey } from "../../src/domain/Passkey.ts"
import { Profile } from "../../src/domain/User.ts"
import { LimitKey, limits } from "../../src/domain/RateLimit.ts"
import { AccessTokens } from "../../src/services/storage/AccessTokens.ts"
import { AuthorizationCodes } from "../../src/services/storage/AuthorizationCodes.ts"
import type { OutboxMessage } from "../../src/services/storage/AuditLog.ts"
import { Consents } from "../../src/services/storage/Consents.ts"
import { freshUserId } from "../../src/services/storage/Fresh.laws.ts"
import { Passkeys } from "../../src/services/storage/Passkeys.ts"
import { freshPasskey, useOf, withPasskey } from "../../src/services/storage/Passkeys.laws.ts"
import { freshChange } from "../../src/services/storage/Passwords.laws.ts"
import { Limits } from "../../src/services/storage/Limits.ts"
import { RefreshTokens } from "../../src/services/storage/RefreshTokens.ts"
import { Sessions } from "../../src/services/storage/Sessions.ts"
import { SigningKeys } from "../../src/services/storage/SigningKeys.ts"
import { freshKey } from "../../src/services/storage/SigningKeys.laws.ts"
import { Tickets } from "../../src/services/storage/Tickets.ts"
import { Users } from "../../src/services/storage/Users.ts"
import {
  anotherSession,
  freshAttempt,
  consentTo,
  freshClientId,
  changed,
  freshHash,
  freshIssuance,
  freshRotation,
  freshSession,
  freshSetting,
  keyOf,
  presentedAt,
  profile,
  redeemed,
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

/** What an effect tells the outbox of its shard. */
const toldBy = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const account = objects.object("ACCOUNT", "1-0")
    yield* Effect.promise(async () => {
      // The first step makes the tables.
      await account.step("User.find", `1-0.${"a".repeat(22)}`)
      await account.query("DELETE FROM outbox")
    })
    yield* Effect.exit(effect)
    const rows = yield* Effect.promise(() => account.query("SELECT body FROM outbox ORDER BY seq"))
    return rows.flatMap(({ body }) => JSON.parse(String(body)) as ReadonlyArray<OutboxMessage>)
  })

/** The kinds of what an effect tells. */
const kindsOf = (messages: ReadonlyArray<OutboxMessage>) =>
  messages.map((message) => (message._tag === "audit" ? message.event.type : message._tag))

/** A session of three clients: one asks to be told of its end by a request, one by a frame, one not at all. */
const withClientsToTell = Effect.gen(function* () {
  const scene = yield* withCode({ logoutChannels: { front: true, back: true } })
  for (const changes of [{ logoutChannels: { front: true, back: false } }, {}]) {
    const issuance = yield* freshIssuance(scene.session, changes)
    yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  }
  return scene
})

const credentialOf = ({ credentialId, userId }: Passkey) => ({ credentialId, userId })

/** Each prepares its world and gives the one effect that is looked at. */
const effects = {
  create: Effect.map(freshUserId, (userId) => Users.create({ userId, profile, passwordHash: null })),
  change: Effect.map(signedIn, ({ user }) => changed(user, { profile: new Profile({ name: "New" }) })),
  disable: Effect.map(signedIn, ({ user }) => changed(user, { status: "disabled" })),
  changeOfNothing: Effect.map(signedIn, ({ user }) => changed(user, { status: "active" })),
  setPassword: Effect.gen(function* () {
    const { user } = yield* signedIn
    return Users.setPassword(yield* freshSetting(user))
  }),
  changePassword: Effect.gen(function* () {
    const { session, user } = yield* signedIn
    yield* anotherSession(user.id)
    return Users.setPassword(yield* freshChange(session, user))
  }),
  setPasswordAgain: Effect.gen(function* () {
    const { user } = yield* signedIn
    const setting = yield* freshSetting(user)
    yield* Users.setPassword(setting)
    return Users.setPassword(setting)
  }),
  void: Effect.map(freshUserId, Users.void),
  remove: Effect.map(signedIn, ({ user }) => Users.remove({ userId: user.id, version: user.version })),
  open: Effect.gen(function* () {
    const { user } = yield* signedIn
    return Sessions.open({ session: yield* freshSession(user.id), replaces: null })
  }),
  replace: Effect.gen(function* () {
    const { session, user } = yield* signedIn
    return Sessions.open({ session: yield* freshSession(user.id), replaces: session.hash })
  }),
  end: Effect.map(signedIn, ({ session }) => Sessions.end(keyOf(session))),
  endTwice: Effect.gen(function* () {
    const { session } = yield* signedIn
    yield* Sessions.end(keyOf(session))
    return Sessions.end(keyOf(session))
  }),
  endMany: Effect.gen(function* () {
    const { user } = yield* signedIn
    yield* anotherSession(user.id)
    return ending(user.id)
  }),
  endSome: Effect.gen(function* () {
    const { session, user } = yield* signedIn
    yield* anotherSession(user.id)
    return ending(user.id, { sids: [session.sid] })
  }),
  endNone: Effect.map(signedIn, ({ session, user }) => ending(user.id, { except: session.sid })),
  useBehind: Effect.map(withTokens(), ({ jti }) => Sessions.use(jti)),
  endForClients: Effect.map(withClientsToTell, ({ session }) => Sessions.end(keyOf(session))),
  endManyForClients: Effect.map(withClientsToTell, ({ user }) => ending(user.id)),
  renewForClients: Effect.gen(function* () {
    const { session, user } = yield* withClientsToTell
    return Sessions.open({ session: yield* freshSession(user.id), replaces: session.hash })
  }),
  removeWithClients: Effect.map(withClientsToTell, ({ user }) =>
    Users.remove({ userId: user.id, version: user.version })
  ),
  removeAfterEnd: Effect.gen(function* () {
    const { session, user } = yield* withClientsToTell
    yield* Sessions.end(keyOf(session))
    return Users.remove({ userId: user.id, version: user.version })
  }),
  addPasskey: Effect.gen(function* () {
    const { session, user } = yield* signedIn
    return Passkeys.add({ passkey: yield* freshPasskey(user.id), by: session.hash })
  }),
  renamePasskey: Effect.map(withPasskey(), ({ passkey, session }) =>
    Passkeys.rename({ ...credentialOf(passkey), name: "Another", by: session.hash })
  ),
  removePasskey: Effect.gen(function* () {
    const { passkey, session, user } = yield* withPasskey()
    yield* Passkeys.add({ passkey: yield* freshPasskey(user.id), by: session.hash })
    return Passkeys.remove({ ...credentialOf(passkey), by: session.hash, byLetter: false })
  }),
  openByPasskey: Effect.gen(function* () {
    const { passkey, user } = yield* withPasskey({ signCount: 5 })
    return Sessions.open({ session: yield* freshSession(user.id), replaces: null, passkey: useOf(passkey, 6) })
  }),
  openByClone: Effect.gen(function* () {
    const { passkey, user } = yield* withPasskey({ signCount: 5 })
    return Sessions.open({ session: yield* freshSession(user.id), replaces: null, passkey: useOf(passkey, 5) })
  }),
  openByCloneAgain: Effect.gen(function* () {
    const { passkey, user } = yield* withPasskey({ signCount: 5 })
    const opening = { session: yield* freshSession(user.id), replaces: null, passkey: useOf(passkey, 5) }
    yield* Effect.exit(Sessions.open(opening))
    return Sessions.open(opening)
  }),
  approve: Effect.gen(function* () {
    const issuance = yield* freshIssuance((yield* signedIn).session)
    return AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  }),
  issue: Effect.gen(function* () {
    const { clientId, session } = yield* withCode()
    return AuthorizationCodes.issue(yield* freshIssuance(session, { clientId }))
  }),
  issueTokens: Effect.gen(function* () {
    const { clientId, session } = yield* withCode()
    return AuthorizationCodes.issue(yield* freshIssuance(session, { clientId, codeLifetime: 0, atOnceLifetime: 1000 }))
  }),
  issueAgain: Effect.gen(function* () {
    const { clientId, session } = yield* withCode()
    const issuance = yield* freshIssuance(session, { clientId })
    yield* AuthorizationCodes.issue(issuance)
    return AuthorizationCodes.issue(issuance)
  }),
  issueRefused: Effect.map(
    Effect.flatMap(signedIn, ({ session }) => freshIssuance(session)),
    AuthorizationCodes.issue
  ),
  redeem: Effect.map(withCode(), ({ issuance }) => redeemed(issuance)),
  redeemOfAnother: Effect.gen(function* () {
    const { issuance } = yield* withCode()
    return redeemed(issuance, { clientId: yield* freshClientId })
  }),
  reuse: Effect.map(withTokens(), ({ issuance }) => redeemed(issuance)),
  reuseTwice: Effect.gen(function* () {
    const { issuance } = yield* withTokens()
    yield* Effect.exit(redeemed(issuance))
    return redeemed(issuance)
  }),
  repeat: Effect.map(withTokens(), ({ redemption }) => AuthorizationCodes.redeem(redemption)),
  rotate: Effect.gen(function* () {
    return RefreshTokens.rotate(yield* freshRotation(yield* withFamily, 1))
  }),
  rotateForged: Effect.gen(function* () {
    return RefreshTokens.rotate(yield* freshRotation(yield* withFamily, 1, { familyHash: yield* freshHash }))
  }),
  rotateReused: Effect.gen(function* () {
    const family = yield* withFamily
    yield* RefreshTokens.rotate(yield* freshRotation(family, 1))
    return RefreshTokens.rotate(yield* freshRotation(family, 1, { grace: -1 }))
  }),
  revokeFamily: Effect.map(withFamily, (family) =>
    RefreshTokens.revoke({ presented: presentedAt(family, 1), because: "client" })
  ),
  revokeToken: Effect.map(withTokens(), ({ clientId, jti }) =>
    AccessTokens.revoke({ jti, clientId, expiresAt: beginning * 2 })
  ),
  withdraw: Effect.map(withCode(), ({ clientId, user }) => Consents.withdraw({ userId: user.id, clientId })),
  withdrawOfNothing: Effect.map(freshUserId, (userId) => Consents.withdraw({ userId, clientId: "none" as never }))
}

const expected: Readonly<Record<keyof typeof effects, ReadonlyArray<string>>> = {
  create: ["user.created", "directory"],
  change: ["user.updated", "directory"],
  setPassword: ["session.ended", "password.reset", "directory"],
  changePassword: ["session.ended", "session.renewed", "password.changed", "directory"],
  setPasswordAgain: [],
  disable: ["user.disabled", "session.ended", "directory"],
  changeOfNothing: [],
  void: ["user.voided"],
  remove: ["directory", "user.deleted"],
  open: ["session.started"],
  replace: ["session.renewed"],
  end: ["session.ended"],
  endTwice: [],
  endMany: ["session.ended", "session.ended"],
  endSome: ["session.ended"],
  endNone: [],
  useBehind: [],
  endForClients: ["session.ended", "logout"],
  endManyForClients: ["session.ended", "logout"],
  renewForClients: ["session.renewed"],
  removeWithClients: ["logout", "directory", "user.deleted"],
  removeAfterEnd: ["directory", "user.deleted"],
  addPasskey: ["passkey.added"],
  renamePasskey: ["passkey.renamed"],
  removePasskey: ["passkey.removed"],
  openByPasskey: ["session.started"],
  openByClone: ["passkey.possible_clone"],
  openByCloneAgain: [],
  approve: ["consent.granted", "code.issued"],
  issue: ["code.issued"],
  issueTokens: ["tokens.issued"],
  issueAgain: [],
  issueRefused: [],
  redeem: ["code.redeemed"],
  redeemOfAnother: [],
  reuse: ["code.reused"],
  reuseTwice: [],
  repeat: [],
  rotate: ["refresh.rotated"],
  rotateForged: [],
  rotateReused: ["refresh.reused"],
  revokeFamily: ["grant.revoked"],
  revokeToken: ["token.revoked"],
  withdraw: ["consent.withdrawn"],
  withdrawOfNothing: []
}

type Needed = Layer.Success<typeof layer>

describe("the event of an effect", () => {
  for (const name of Object.keys(effects) as ReadonlyArray<keyof typeof effects>) {
    it.effect(`${name} tells ${expected[name].join(", ") || "nothing, for it does nothing"}`, () =>
      Effect.gen(function* () {
        const effect: Effect.Effect<unknown, unknown, Needed> = yield* effects[name] as Effect.Effect<
          Effect.Effect<unknown, unknown, Needed>,
          unknown,
          Needed
        >
        expect(kindsOf(yield* toldBy(effect))).toEqual(expected[name])
      }).pipe(Effect.provide(layer))
    )
  }

  it.effect("a logout says which client is to be told of whose session, under an id of its own, and no secret", () =>
    Effect.gen(function* () {
      const { clientId, session, user } = yield* withClientsToTell
      const messages = yield* toldBy(Sessions.end(keyOf(session)))
      const notices = messages.flatMap((message) => (message._tag === "logout" ? [message.notice] : []))
      expect(notices).toEqual([
        { clientId, userId: user.id, sid: session.sid, at: beginning, id: expect.stringMatching(/^[0-9a-f-]{36}$/) }
      ])
      expect(JSON.stringify(messages)).not.toContain(session.hash)
    }).pipe(Effect.provide(layer))
  )

  it.effect("a new signing key tells key.added, and its name; a spent ticket tells nothing of its own", () =>
    Effect.gen(function* () {
      const key = yield* freshKey
      const { version } = yield* SigningKeys.ring()
      yield* SigningKeys.install({ expected: version, keys: [key] })
      yield* SigningKeys.install({ expected: version, keys: [yield* freshKey] })
      const keys = yield* Effect.promise(() => objects.object("KEY_RING", "1-0").query("SELECT body FROM outbox"))
      expect(keys).toHaveLength(1)
      const [message] = JSON.parse(String(keys[0]?.["body"])) as ReadonlyArray<OutboxMessage>
      expect(message).toMatchObject({ event: { type: "key.added", detail: { kid: key.kid, alg: key.alg } } })
      expect(JSON.stringify(message)).not.toContain(key.sealedPrivateJwk)
      const ticket = { kind: "login", id: yield* freshUserId, expiresAt: beginning * 2 } as const
      yield* Tickets.spend({ ...ticket, attempt: yield* freshAttempt })
      const tickets = yield* Effect.promise(() => objects.object("TICKET", "1-0").query("SELECT body FROM outbox"))
      expect(tickets).toEqual([])
    }).pipe(Effect.provide(layer))
  )

  it.effect(
    "the first try that is refused tells limit.reached, and so does the last guess, beside that it failed",
    () =>
      Effect.gen(function* () {
        const key = LimitKey.make(yield* freshUserId)
        for (let tries = 0; tries < limits.login_known.most + 2; tries += 1) {
          yield* Effect.exit(Limits.take({ key, limit: "login_known", attempt: yield* freshAttempt }))
        }
        const letter = { kind: "mailed_login", id: yield* freshUserId, expiresAt: beginning * 2 } as const
        for (let guesses = 0; guesses < 4; guesses += 1) {
          const guess = { ...letter, attempt: yield* freshAttempt, right: false, most: 2 }
          yield* Effect.exit(Tickets.guess(guess))
        }
        for (const [binding, detail, count] of [
          ["LIMITER", { limit: "login_known", key }, 1],
          // Each guess that was wrong is a login that failed.
          ["TICKET", { limit: "mailed_login", key: letter.id }, 3]
        ] as const) {
          const rows = yield* Effect.promise(() => objects.object(binding, "1-0").query("SELECT body FROM outbox"))
          const told = rows.flatMap(({ body }) => JSON.parse(String(body)) as ReadonlyArray<OutboxMessage>)
          expect(told).toHaveLength(count)
          expect(told.at(-1)).toMatchObject({ event: { type: "limit.reached", detail } })
        }
      }).pipe(Effect.provide(layer))
  )

  it.effect("says whose it is, and carries no secret: neither a hash nor a sealed value", () =>
    Effect.gen(function* () {
      const family = yield* withFamily
      const rotation = yield* freshRotation(family, 1)
      const [message] = yield* toldBy(RefreshTokens.rotate(rotation))
      expect(message).toMatchObject({
        _tag: "audit",
        event: { at: beginning, userId: family.user.id, clientId: family.clientId, grantId: family.grant.id }
      })
      const text = JSON.stringify(message)
      for (const hash of [family.familyHash, family.issuance.codeHash, family.session.hash]) {
        expect(text).not.toContain(hash)
      }
    }).pipe(Effect.provide(layer))
  )
})
