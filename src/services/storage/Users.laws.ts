/** What every home of users keeps: an id is one user, made once, and one that was given up is never made. */
import { Effect, Equal, Result } from "effect"
import { AvatarId } from "../../domain/Avatar.ts"
import { RoleName } from "../../domain/Role.ts"
import { Profile } from "../../domain/User.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { RefreshTokens } from "./RefreshTokens.ts"
import { Sessions } from "./Sessions.ts"
import { Users } from "./Users.ts"
import {
  advance,
  atOnce,
  changed,
  expectRefusal,
  freshIssuance,
  freshRotation,
  freshUser,
  keyOf,
  profile,
  redeemed,
  restart,
  withCode,
  withFamily,
  ending
} from "./World.laws.ts"

const create = ["User.create"]
const createFind = [...create, "User.find"]

const createLaws = [
  law(
    "a user who was made is found, as made, after a restart too; nobody else is",
    createFind,
    Effect.gen(function* () {
      const userId = yield* freshUserId
      yield* expectThat((yield* Users.find(userId)) === null, "not before")
      const user = yield* Users.create({ userId, profile, passwordHash: "$phc" })
      yield* restart
      const found = yield* Users.find(userId)
      yield* expectThat(found?.version === 1 && found.createdAt === user.createdAt, "the user, in version 1")
      yield* expectThat(found?.profile.email === profile.email && found?.passwordHash === "$phc", "as made")
      yield* expectThat((yield* Users.find(yield* freshUserId)) === null, "nobody else")
    })
  ),
  law(
    "making a user again changes nothing: the first answer stands",
    createFind,
    Effect.gen(function* () {
      const user = yield* freshUser
      yield* advance(1)
      const again = yield* Users.create({ userId: user.id, profile: new Profile({ name: "B" }), passwordHash: "$b" })
      yield* expectThat(again.profile.name === profile.name && again.createdAt === user.createdAt, "the first is told")
      const found = yield* Users.find(user.id)
      yield* expectThat(found?.profile.name === profile.name && found?.passwordHash === null, "and kept")
    })
  ),
  law(
    "50 makers of one user at once make one",
    createFind,
    Effect.gen(function* () {
      const userId = yield* freshUserId
      const names = yield* atOnce(
        50,
        Effect.flatMap(freshUserId, (name) =>
          Users.create({ userId, profile: new Profile({ name }), passwordHash: null })
        )
      )
      const told = new Set(names.map((result) => (Result.isSuccess(result) ? result.success.profile.name : null)))
      const found = yield* Users.find(userId)
      yield* expectThat(told.size === 1 && told.has(found?.profile.name), "all of them are told of the same one")
      yield* expectThat(found?.version === 1, "which was made once")
    })
  )
]

const voidLaws = [
  law(
    "an id that was given up is never made, after a restart neither",
    ["User.void", ...createFind],
    Effect.gen(function* () {
      const userId = yield* freshUserId
      yield* expectThat(yield* Users.void(userId), "it is given up")
      yield* expectThat(yield* Users.void(userId), "asked again, it is so")
      yield* restart
      const creation = { userId, profile, passwordHash: null }
      yield* expectRefusal(Users.create(creation), "UserVoid", "it cannot be made")
      yield* expectThat((yield* Users.find(userId)) === null, "and is not found")
      yield* expectRefusal(
        changed({ id: userId, version: 0 }, { status: "active" }),
        "NoSuchUser",
        "nor changed to life"
      )
    })
  ),
  law(
    "the id of a user who exists is not given up",
    ["User.void", "User.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      yield* expectThat(!(yield* Users.void(user.id)), "it is refused")
      yield* expectThat((yield* Users.find(user.id)) !== null, "and the user lives")
    })
  ),
  law(
    "making and giving up at once: one of the two happened, and everybody was told the same",
    ["User.void", ...createFind],
    Effect.gen(function* () {
      for (let round = 0; round < 5; round++) {
        const userId = yield* freshUserId
        const [made, voided] = yield* Effect.all(
          [atOnce(10, Users.create({ userId, profile, passwordHash: null })), atOnce(10, Users.void(userId))],
          { concurrency: "unbounded" }
        )
        const isThere = (yield* Users.find(userId)) !== null
        yield* expectThat(made.every(Result.isSuccess) === isThere, "each maker was told how it ended")
        yield* expectThat(
          voided.every((result) => Result.isSuccess(result) && result.success !== isThere),
          "and so was each who gave it up"
        )
      }
    })
  )
]

const changeLaws = [
  law(
    "roles and fields of the operator's own are changed whole, and are none where nothing is left",
    ["User.change", "User.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const roles = [RoleName.make("editor"), RoleName.make("law")]
      const custom = { team: 'a "b" <c>', grade: 1.5, remote: false, constructor: "one like any other" }
      const given = yield* changed(user, { roles, custom })
      yield* restart
      const found = yield* Users.find(user.id)
      yield* expectThat(Equal.equals([found?.roles, found?.custom], [roles, custom]), "both are there")
      const renamed = yield* changed(given, { profile: new Profile({ name: "New" }) })
      yield* expectThat(Equal.equals([renamed.roles, renamed.custom], [roles, custom]), "another change leaves them")
      const bare = yield* changed(renamed, { roles: [], custom: {} })
      yield* expectThat(bare.roles === undefined && bare.custom === undefined, "and none is nothing at all")
      yield* expectRefusal(
        changed(given, { roles: [] }).pipe(Effect.andThen(changed(given, { roles }))),
        "UserChanged",
        "by an older version"
      )
    })
  ),
  law(
    "a change changes what it names and nothing else, and counts the version",
    ["User.change", "User.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      yield* advance(1)
      const second = yield* changed(user, { profile: new Profile({ name: "Newer" }) })
      const third = yield* changed(second, { status: "disabled" })
      const last = yield* changed(third, { profile: new Profile({ name: "New" }) })
      yield* expectThat(last.version === 4 && last.updatedAt > user.updatedAt, "three changes were counted")
      yield* restart
      const found = yield* Users.find(user.id)
      yield* expectThat(found?.status === "disabled", "each change stayed")
      yield* expectThat(found?.profile.name === "New" && found.profile.email === undefined, "a profile is one whole")
      yield* expectThat(found?.createdAt === user.createdAt, "what was not named is as it was")
    })
  ),
  law(
    "a picture is named while there is time for it and stays with other changes, and what comes later is refused",
    ["User.change", "User.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const [first, later] = ["A", "B"].map((letter) => AvatarId.make(letter.repeat(43))) as [AvatarId, AvatarId]
      const [past, future] = [-1, 9_000_000_000_000]
      const named = yield* changed(user, { avatar: { id: first, until: future } })
      const renamed = yield* changed(named, { profile: new Profile({ name: "New" }) })
      yield* restart
      yield* expectThat((yield* Users.find(user.id))?.avatar === first, "it is there")
      yield* expectRefusal(changed(renamed, { avatar: { id: later, until: past } }), "UserChanged", "after its time")
      const again = yield* changed(renamed, { avatar: { id: first, until: past } })
      yield* expectThat(again.version === renamed.version, "asked for again, however late, it was so already")
      const bare = yield* changed(again, { avatar: { id: null, until: future } })
      yield* expectThat(bare.avatar === undefined, "taken away, it is none")
    })
  ),
  law(
    "a change asked for again is no further change",
    ["User.change"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const change = { status: "disabled" } as const
      yield* changed(user, change)
      yield* advance(1)
      const again = yield* changed(user, change)
      yield* expectThat(again.version === 2 && again.updatedAt === user.updatedAt, "it was so already")
    })
  ),
  law(
    "how often the address became another is counted, and nothing else is counted with it",
    ["User.change", "User.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const [there, back] = ["there@example.com", "back@example.com"]
      let last = yield* changed(user, { profile: new Profile({ email: there }) })
      last = yield* changed(last, { profile: new Profile({ email: there, email_verified: true, name: "New" }) })
      last = yield* changed(last, { status: "disabled" })
      yield* expectThat(last.addressChanges === (user.addressChanges ?? 0) + 1, "it became another once")
      last = yield* changed(last, { profile: new Profile({ email: back }) })
      yield* changed(last, { profile: new Profile({ email: there }) })
      yield* restart
      const found = yield* Users.find(user.id)
      yield* expectThat(found?.addressChanges === (user.addressChanges ?? 0) + 3, "taking it back counts as well")
    })
  ),
  law(
    "nobody changes a user who is not there",
    ["User.change"],
    Effect.gen(function* () {
      const nobody = { id: yield* freshUserId, version: 1 }
      yield* expectRefusal(changed(nobody, { status: "active" }), "NoSuchUser", "nobody is there")
    })
  ),
  law(
    "a change that was judged by an earlier version is refused, and brings nothing back",
    ["User.change", "User.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      yield* changed(yield* changed(user, { status: "disabled" }), { profile: new Profile({ name: "New" }) })
      yield* restart
      for (const late of [{ status: "active" }, { profile: user.profile }] as const) {
        yield* expectRefusal(changed(user, late), "UserChanged", "the user is another by now")
      }
      const found = yield* Users.find(user.id)
      yield* expectThat(found?.version === 3 && found.status === "disabled", "the user stays disabled")
      yield* expectThat(found?.profile.name === "New", "and is as they were made last")
    })
  ),
  law(
    "of 50 changes at once that were judged by one version exactly one is made",
    ["User.change", "User.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const results = yield* atOnce(
        50,
        Effect.flatMap(freshUserId, (name) => changed(user, { profile: new Profile({ name }) }))
      )
      const made = results.filter(Result.isSuccess)
      const found = yield* Users.find(user.id)
      yield* expectThat(made.length === 1 && found?.version === 2, "one was made")
      yield* expectThat(made[0]?.success.profile.name === found?.profile.name, "and its maker was told")
    })
  )
]

const removeLaws = [
  law(
    "a deleted user is gone, with sessions, consents and grants, and never made again",
    ["User.remove", ...createFind, "Session.find", "AuthorizationCode.redeem", "RefreshToken.rotate"],
    Effect.gen(function* () {
      const family = yield* withFamily
      const waiting = yield* freshIssuance(family.session, { clientId: family.clientId, scopes: ["openid"] })
      yield* AuthorizationCodes.issue(waiting)
      yield* Users.remove({ userId: family.user.id, version: family.user.version })
      yield* restart
      yield* expectThat((yield* Users.find(family.user.id)) === null, "the user is gone")
      yield* expectThat((yield* Sessions.find(keyOf(family.session))) === null, "so is the session")
      yield* expectThat((yield* ending(family.user.id)) === 0, "of which none is left to end")
      yield* expectThat((yield* AccessTokens.inspect(family.jti)) === null, "and the access token")
      yield* expectRefusal(RefreshTokens.rotate(yield* freshRotation(family, 1)), "user", "nothing is refreshed")
      yield* expectRefusal(redeemed(waiting), "user", "and a code that waited is refused")
      yield* expectRefusal(Users.create({ userId: family.user.id, profile, passwordHash: null }), "UserVoid", "or made")
      yield* Users.remove({ userId: family.user.id, version: family.user.version })
    })
  ),
  law(
    "a deletion that was judged by an older version is refused, and deletes nothing",
    ["User.remove", "User.change", "User.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const { version } = yield* changed(user, { roles: [RoleName.make("admin")] })
      yield* restart
      const late = Users.remove({ userId: user.id, version: user.version })
      yield* expectRefusal(late, "UserChanged", "the user is another by now")
      yield* expectThat((yield* Users.find(user.id))?.version === version, "and is still there")
      yield* Users.remove({ userId: user.id, version })
      yield* late
    })
  ),
  law(
    "deleting somebody who is not there says so, and touches nobody",
    ["User.remove", "Session.find"],
    Effect.gen(function* () {
      const { session } = yield* withCode()
      yield* expectRefusal(Users.remove({ userId: yield* freshUserId, version: 0 }), "NoSuchUser", "nobody is there")
      yield* expectThat((yield* Sessions.find(keyOf(session))) !== null, "another user's session lives")
    })
  )
]

export const userLaws = [...createLaws, ...voidLaws, ...changeLaws, ...removeLaws]
