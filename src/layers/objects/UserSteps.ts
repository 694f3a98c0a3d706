/** The transactions of users in their homes. */
import { Equal, Result, Schema } from "effect"
import type { AuditEntry } from "../../domain/AuditEvent.ts"
import { UserId } from "../../domain/Ids.ts"
import { equal } from "../../domain/ConstantTime.ts"
import { isLive, Session } from "../../domain/Session.ts"
import { Profile, User } from "../../domain/User.ts"
import { SessionOver } from "../../services/storage/Sessions.ts"
import {
  NoSuchUser,
  PasswordSetting,
  UserChange,
  UserChanged,
  UserCreation,
  UserRemoval,
  UserVoid
} from "../../services/storage/Users.ts"
import { type AccountTransaction, type accountTables } from "./AccountTables.ts"
import { endLive, liveOf, renew, tellClients } from "./SessionSteps.ts"
import { step } from "./Step.ts"

const accountStep = step<typeof accountTables>()

export const createStep = accountStep({
  request: UserCreation,
  reply: User,
  refusal: UserVoid,
  run: (tx, { passwordHash, profile, userId }) => {
    const known = tx.users.get(userId)
    if (known?.status === "void") return Result.fail(new UserVoid())
    // Asked again for the same id: the first answer stands.
    if (known !== undefined) return Result.succeed(known)
    const user = new User({
      id: userId,
      status: "active",
      profile,
      passwordHash,
      createdAt: tx.now,
      updatedAt: tx.now,
      version: 1
    })
    tx.audit({ type: "user.created", userId })
    return Result.succeed(saved(tx, user))
  }
})

export const findUserStep = accountStep({
  request: UserId,
  reply: Schema.NullOr(User),
  refusal: Schema.Never,
  run: (tx, userId) => {
    const user = tx.users.get(userId)
    return Result.succeed(user === undefined || user.status === "void" ? null : user)
  }
})

export const changeStep = accountStep({
  request: UserChange,
  reply: User,
  refusal: Schema.Union([NoSuchUser, UserChanged]),
  run: (tx, change) => {
    const user = tx.users.get(change.userId)
    if (user === undefined || user.status === "void") return Result.fail(new NoSuchUser())
    const changed = changedBy(user, change)
    // Asked again: it is so already, and there is nothing to write down or to tell.
    if (Equal.equals(changed, user)) return Result.succeed(user)
    const isLate = change.avatar !== undefined && tx.now >= change.avatar.until
    if (user.version !== change.version || isLate) return Result.fail(new UserChanged())
    for (const event of changeEvents(user, changed)) tx.audit({ ...event, userId: user.id })
    const isDisabled = changed.status === "disabled" && user.status !== "disabled"
    if (isDisabled) for (const session of tx.sessions.under(user.id)) if (isLive(session, tx.now)) endLive(tx, session)
    const recalled = isDisabled ? { recalls: (user.recalls ?? 0) + 1 } : {}
    const isMoved = changed.profile.email !== user.profile.email
    const moved = isMoved ? { addressChanges: (user.addressChanges ?? 0) + 1 } : {}
    const next = { updatedAt: tx.now, version: user.version + 1 }
    return Result.succeed(saved(tx, new User({ ...changed, ...moved, ...recalled, ...next })))
  }
})

/** None of something is the same as nothing said of it. */
const changedBy = (
  { avatar: ownAvatar, custom: ownCustom, roles: ownRoles, ...user }: User,
  change: UserChange
): User => {
  const avatar = change.avatar === undefined ? (ownAvatar ?? null) : change.avatar.id
  const roles = change.roles ?? ownRoles ?? []
  const custom = change.custom ?? ownCustom ?? {}
  return new User({
    ...user,
    status: change.status ?? user.status,
    profile: change.profile ?? user.profile,
    ...(avatar === null ? {} : { avatar }),
    ...(roles.length === 0 ? {} : { roles }),
    ...(Object.keys(custom).length === 0 ? {} : { custom })
  })
}

/** What is told of a change: who is let in or kept out, and who may do what, by events of their own. */
const changeEvents = (before: User, after: User): ReadonlyArray<Pick<AuditEntry, "type" | "detail">> => {
  const statusEvent = after.status === "active" ? "user.enabled" : "user.disabled"
  const roles = { before: (before.roles ?? []).join(" "), after: (after.roles ?? []).join(" ") }
  const events = [
    ...(after.status === before.status ? [] : [{ type: statusEvent } as const]),
    ...(Equal.equals(after.roles, before.roles) ? [] : [{ type: "user.roles_changed", detail: roles } as const])
  ]
  return events.length === 0 ? [{ type: "user.updated" }] : events
}

const passwordEvents = { change: "password.changed", reset: "password.reset", operator: "password.set" } as const

export const setPasswordStep = accountStep({
  request: PasswordSetting,
  reply: Schema.Int,
  refusal: Schema.Union([NoSuchUser, UserChanged, SessionOver]),
  run: (tx, { by, passwordHash, renews, userId, version }) => {
    const user = tx.users.get(userId)
    if (user === undefined || user.status === "void") return Result.fail(new NoSuchUser())
    if (user.passwordHash !== null && equal(user.passwordHash, passwordHash)) return Result.succeed(0)
    if (user.version !== version) return Result.fail(new UserChanged())
    const live = liveOf(tx, userId)
    const kept = live.find((session) => renews !== null && equal(session.hash, renews.hash))
    if (renews !== null && kept === undefined) return Result.fail(new SessionOver())
    for (const session of live) if (session !== kept) endLive(tx, session)
    if (renews !== null && kept !== undefined) renew(tx, kept, new Session({ ...kept, hash: renews.by }))
    tx.audit({ type: passwordEvents[by], userId })
    const recalls = by === "reset" ? { recalls: (user.recalls ?? 0) + 1 } : {}
    const set = { passwordHash, passwordSince: tx.now, updatedAt: tx.now, version: user.version + 1 }
    saved(tx, new User({ ...user, ...recalls, ...set }))
    return Result.succeed(live.length - (kept === undefined ? 0 : 1))
  }
})

export const voidStep = accountStep({
  request: UserId,
  reply: Schema.Boolean,
  refusal: Schema.Never,
  run: (tx, userId) => {
    const user = tx.users.get(userId)
    if (user !== undefined) return Result.succeed(user.status === "void")
    tx.users.put(tombstone(userId, tx.now, tx.now, 0))
    tx.audit({ type: "user.voided", userId })
    return Result.succeed(true)
  }
})

export const removeStep = accountStep({
  request: UserRemoval,
  reply: Schema.Void,
  refusal: Schema.Union([NoSuchUser, UserChanged]),
  run: (tx, { userId, version }) => {
    const user = tx.users.get(userId)
    if (user === undefined) return Result.fail(new NoSuchUser())
    if (user.status === "void") return Result.void
    if (user.version !== version) return Result.fail(new UserChanged())
    for (const session of tx.sessions.under(userId)) {
      if (isLive(session, tx.now)) tellClients(tx, session)
      tx.sessions.delete(userId, session.hash)
    }
    for (const consent of tx.consents.under(userId)) tx.consents.delete(userId, consent.clientId)
    for (const passkey of tx.passkeys.under(userId)) tx.passkeys.delete(userId, passkey.credentialId)
    saved(tx, tombstone(userId, user.createdAt, tx.now, user.version + 1))
    tx.audit({ type: "user.deleted", userId })
    return Result.void
  }
})

const tombstone = (id: UserId, createdAt: number, now: number, version: number): User =>
  new User({
    id,
    status: "void",
    profile: new Profile({}),
    passwordHash: null,
    createdAt,
    updatedAt: now,
    version
  })

/** Writes the user, and tells the directory. */
export const saved = (tx: AccountTransaction, user: User): User => {
  tx.users.put(user)
  tx.mirror({
    userId: user.id,
    status: user.status,
    username: user.profile.preferred_username ?? null,
    email: user.profile.email ?? null,
    name: user.profile.name ?? null,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
    ...(user.roles === undefined ? {} : { roles: user.roles }),
    ...(user.custom === undefined ? {} : { custom: user.custom }),
    version: user.version
  })
  return user
}
