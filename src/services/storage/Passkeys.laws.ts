/** What every home of passkeys keeps: each is one, and its counter moves with the session that it opens, or not. */
import { Clock, Effect, Result } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import { CredentialId, mostPasskeys, Passkey, PasskeyUse } from "../../domain/Passkey.ts"
import { Profile } from "../../domain/User.ts"
import { freshText } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { Passkeys } from "./Passkeys.ts"
import { Sessions } from "./Sessions.ts"
import { Users } from "./Users.ts"
import { freshChange } from "./Passwords.laws.ts"
import {
  advance,
  anotherSession,
  atOnce,
  changed,
  expectRefusal,
  freshHash,
  freshSession,
  freshSetting,
  restart,
  signedIn,
  ending
} from "./World.laws.ts"

const add = ["Passkey.add"]
const addFind = [...add, "Passkey.find"]
const open = [...addFind, "Session.open"]

/** A passkey of a user that is not added yet, whose authenticator counts. */
export const freshPasskey = Effect.fnUntraced(function* (userId: UserId, changes: Partial<Passkey> = {}) {
  return new Passkey({
    userId,
    credentialId: CredentialId.make(yield* freshText),
    publicKey: yield* freshText,
    signCount: 5,
    transports: ["internal"],
    backupEligible: false,
    backedUp: false,
    aaguid: "00000000-0000-0000-0000-000000000000",
    name: "Law",
    createdAt: yield* Clock.currentTimeMillis,
    lastUsedAt: null,
    ...changes
  })
})

/** Somebody who is signed in and has a passkey. */
export const withPasskey = Effect.fnUntraced(function* (changes: Partial<Passkey> = {}) {
  const { session, user } = yield* signedIn
  const passkey = yield* Passkeys.add({ passkey: yield* freshPasskey(user.id, changes), by: session.hash })
  return { user, session, passkey }
})

type WithPasskey = Effect.Success<ReturnType<typeof withPasskey>>

const keyOf = ({ credentialId, userId }: Passkey) => ({ userId, credentialId })

/** What an assertion says whose counter is this. */
export const useOf = ({ backedUp, backupEligible, credentialId }: Passkey, signCount: number): PasskeyUse =>
  new PasskeyUse({ credentialId, signCount, backupEligible, backedUp })

const opening = Effect.fnUntraced(function* ({ passkey, user }: WithPasskey, signCount: number) {
  return { session: yield* freshSession(user.id), replaces: null, passkey: useOf(passkey, signCount) }
})

/** Signs in by an assertion whose counter is this. */
const signedInBy = (scene: WithPasskey, signCount: number) => Effect.flatMap(opening(scene, signCount), Sessions.open)

const expectCount = (passkey: Passkey, count: number, sentence: string) =>
  Effect.flatMap(Passkeys.find(keyOf(passkey)), (found) =>
    expectThat(found?.passkey.signCount === count, `${sentence}: it is ${found?.passkey.signCount}`)
  )

const keepingLaws = [
  law(
    "a passkey that was added is found with its user, as added, after a restart too; under another user it is not",
    [...addFind, "Passkey.list"],
    Effect.gen(function* () {
      const { passkey, user } = yield* withPasskey()
      const { user: stranger } = yield* withPasskey()
      yield* restart
      const found = yield* Passkeys.find(keyOf(passkey))
      yield* expectThat(found?.user.id === user.id && found.passkey.publicKey === passkey.publicKey, "it is found")
      const foreign = { userId: stranger.id, credentialId: passkey.credentialId }
      yield* expectThat((yield* Passkeys.find(foreign)) === null, "nobody else has it")
      yield* expectThat((yield* Passkeys.list(user.id)).length === 1, "it is listed")
    })
  ),
  law(
    "a passkey added again is the one there is; another key under its name is refused",
    [...addFind, "Passkey.rename"],
    Effect.gen(function* () {
      const { passkey, session } = yield* withPasskey()
      const by = session.hash
      yield* Passkeys.rename({ ...keyOf(passkey), name: "Renamed", by })
      yield* advance(1)
      const again = yield* Passkeys.add({ passkey, by })
      yield* expectThat(again.name === "Renamed", "it keeps the name that it was given since")
      const other = new Passkey({ ...passkey, publicKey: yield* freshText })
      yield* expectRefusal(Passkeys.add({ passkey: other, by }), "taken", "another key does not take its place")
      const found = yield* Passkeys.find(keyOf(passkey))
      yield* expectThat(found?.passkey.publicKey === passkey.publicKey, "nor did it")
    })
  ),
  law(
    "passkeys are added, renamed and removed only in a session that lives",
    [...addFind, "Passkey.rename", "Passkey.remove", "Session.endMany"],
    Effect.gen(function* () {
      const { passkey, session, user } = yield* withPasskey()
      const late = yield* freshPasskey(user.id)
      yield* Users.setPassword(yield* freshSetting(user))
      for (const by of [session.hash, yield* freshHash]) {
        yield* ending(user.id)
        yield* expectRefusal(Passkeys.add({ passkey: late, by }), "session", "none is added")
        yield* expectRefusal(Passkeys.rename({ ...keyOf(passkey), name: "x", by }), "session", "nor renamed")
        yield* expectRefusal(Passkeys.remove({ ...keyOf(passkey), by, byLetter: false }), "session", "nor removed")
      }
      const found = yield* Passkeys.find(keyOf(passkey))
      yield* expectThat(found?.passkey.name === passkey.name, "the passkey is as it was")
    })
  ),
  law(
    "a removed passkey is gone and signs nobody in; the last one stays where there is no password",
    [...open, "Passkey.remove", "Passkey.list"],
    Effect.gen(function* () {
      const scene = yield* withPasskey()
      const { passkey, session, user } = scene
      const by = session.hash
      yield* expectRefusal(
        Passkeys.remove({ ...keyOf(passkey), by, byLetter: false }),
        "last",
        "nothing else would sign them in"
      )
      const second = yield* Passkeys.add({ passkey: yield* freshPasskey(user.id), by })
      yield* Passkeys.remove({ ...keyOf(passkey), by, byLetter: false })
      yield* restart
      yield* expectThat((yield* Passkeys.find(keyOf(passkey))) === null, "it is gone")
      yield* expectRefusal(signedInBy(scene, 6), "unknown", "nobody signs in by it")
      const change = yield* freshChange(session, user)
      yield* Users.setPassword(change)
      yield* Passkeys.remove({ ...keyOf(second), by: change.renews?.by ?? by, byLetter: false })
      yield* expectThat((yield* Passkeys.list(user.id)).length === 0, "with a password the last one goes too")
    })
  ),
  law(
    "an operator takes any passkey of anybody away, the last one too",
    ["Passkey.remove", "Passkey.list"],
    Effect.gen(function* () {
      const { passkey, user } = yield* withPasskey()
      yield* Passkeys.remove({ ...keyOf(passkey), by: null, byLetter: false })
      yield* expectThat((yield* Passkeys.list(user.id)).length === 0, "there is none left")
    })
  ),
  law(
    "a letter is another way to sign in only where the address is verified; who is disabled changes nothing",
    ["Passkey.add", "Passkey.remove", "Passkey.list", "User.change"],
    Effect.gen(function* () {
      const { passkey, session, user } = yield* withPasskey()
      const removal = { ...keyOf(passkey), by: session.hash, byLetter: true }
      const written = { ...user.profile, email: "law@example.com" }
      const unverified = yield* changed(user, { profile: new Profile({ ...written, email_verified: false }) })
      yield* expectRefusal(Passkeys.remove(removal), "last", "nobody writes to an address that is not verified")
      const disabled = yield* changed(unverified, { status: "disabled" })
      const another = yield* freshPasskey(user.id)
      yield* expectRefusal(Passkeys.add({ passkey: another, by: session.hash }), "session", "who is disabled adds none")
      yield* changed(disabled, { status: "active", profile: new Profile({ ...written, email_verified: true }) })
      const again = yield* anotherSession(user.id)
      yield* Passkeys.remove({ ...removal, by: again.hash })
      yield* expectThat((yield* Passkeys.list(user.id)).length === 0, "a verified address is a way to sign in")
    })
  ),
  law(
    "nobody finds a passkey of somebody who is disabled or deleted; deleting takes it away",
    [...open, "Passkey.list", "User.remove"],
    Effect.gen(function* () {
      const { passkey, user } = yield* withPasskey()
      const disabled = yield* changed(user, { status: "disabled" })
      yield* expectThat((yield* Passkeys.find(keyOf(passkey))) === null, "not while the user is disabled")
      const { version } = yield* changed(disabled, { status: "active" })
      yield* expectThat((yield* Passkeys.find(keyOf(passkey))) !== null, "again when the user is enabled")
      yield* Users.remove({ userId: user.id, version })
      yield* expectThat((yield* Passkeys.list(user.id)).length === 0, "a deleted user has none")
    })
  )
]

const counterLaws = [
  law(
    "WebAuthn Level 3 §7.2: the counter goes strictly up; a repeat or a drop opens no session and changes nothing",
    open,
    Effect.gen(function* () {
      const scene = yield* withPasskey()
      yield* signedInBy(scene, 6)
      yield* expectCount(scene.passkey, 6, "it went up")
      for (const count of [6, 5, 0]) {
        yield* expectRefusal(signedInBy(scene, count), "clone", `${count} after 6`)
        yield* expectCount(scene.passkey, 6, "it stays")
      }
      const found = yield* Passkeys.find(keyOf(scene.passkey))
      yield* expectThat(found?.passkey.suspected !== undefined, "and its person will see that it was suspected")
      yield* signedInBy(scene, 60)
      yield* restart
      yield* expectCount(scene.passkey, 60, "it went on")
    })
  ),
  law(
    "WebAuthn Level 3 §6.1.1: an authenticator that does not count says 0 for ever, and signs in each time",
    open,
    Effect.gen(function* () {
      const scene = yield* withPasskey({ signCount: 0, backupEligible: true, backedUp: true })
      for (let time = 0; time < 3; time++) yield* signedInBy(scene, 0)
      yield* expectCount(scene.passkey, 0, "it does not count")
      const found = yield* Passkeys.find(keyOf(scene.passkey))
      yield* expectThat(found?.passkey.lastUsedAt !== null, "its last use is written down")
    })
  ),
  law(
    "an opening asked for again finds its session and moves the counter no second time, after the session's end too",
    [...open, "Session.end", "Session.find"],
    Effect.gen(function* () {
      const scene = yield* withPasskey()
      const request = yield* opening(scene, 6)
      const key = { userId: scene.user.id, hash: request.session.hash }
      yield* Sessions.open(request)
      const again = yield* Sessions.open(request)
      yield* expectThat(again.sid === request.session.sid, "the same session")
      yield* Sessions.end(key)
      yield* expectRefusal(Sessions.open(request), "SessionOver", "it has ended")
      yield* expectThat((yield* Sessions.find(key)) === null, "an ended one stays ended")
      yield* expectCount(scene.passkey, 6, "it moved once")
    })
  ),
  law(
    "a session that is refused for its user leaves the counter alone",
    open,
    Effect.gen(function* () {
      const scene = yield* withPasskey()
      const request = { ...(yield* opening(scene, 6)), userVersion: scene.user.version + 1 }
      yield* expectRefusal(Sessions.open(request), "UserGone", "the user changed")
      yield* expectCount(scene.passkey, 5, "nothing was used")
    })
  )
]

/** Many at once. */
export const passkeyRaceLaws = [
  law(
    "50 assertions with one counter at once: one signs in",
    open,
    Effect.gen(function* () {
      const scene = yield* withPasskey()
      const opened = yield* atOnce(50, signedInBy(scene, 6))
      const sessions = opened.filter(Result.isSuccess).map(({ success }) => success)
      yield* expectThat(sessions.length === 1, `one of them, not ${sessions.length}`)
      yield* expectCount(scene.passkey, 6, "it moved once")
    })
  ),
  law(
    `50 passkeys added at once: a user has at most ${mostPasskeys}`,
    [...add, "Passkey.list"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const one = Effect.flatMap(freshPasskey(user.id), (passkey) => Passkeys.add({ passkey, by: session.hash }))
      const added = yield* atOnce(50, one)
      yield* expectThat(added.filter(Result.isSuccess).length === mostPasskeys, "so many were told that they are added")
      yield* expectThat((yield* Passkeys.list(user.id)).length === mostPasskeys, "and so many are there")
    })
  )
]

export const passkeyLaws = [...keepingLaws, ...counterLaws, ...passkeyRaceLaws]
