/** The transactions of passkeys. WebAuthn Level 3 §7.1, §7.2. */
import { Result, Schema } from "effect"
import { equal } from "../../domain/ConstantTime.ts"
import { type SecretHash, UserId } from "../../domain/Ids.ts"
import { advance, mostPasskeys, Passkey, PasskeyRefused, type PasskeyUse } from "../../domain/Passkey.ts"
import { letterAddress } from "../../domain/MailedLogin.ts"
import type { User } from "../../domain/User.ts"
import { isLive, type Session } from "../../domain/Session.ts"
import {
  PasskeyAddition,
  PasskeyAndUser,
  PasskeyKey,
  PasskeyNaming,
  PasskeyRemoval,
  PasskeysKept
} from "../../services/storage/Passkeys.ts"
import { type AccountTransaction, type accountTables } from "./AccountTables.ts"
import { step } from "./Step.ts"

const accountStep = step<typeof accountTables>()

export const findPasskeyStep = accountStep({
  request: PasskeyKey,
  reply: Schema.NullOr(PasskeyAndUser),
  refusal: Schema.Never,
  run: (tx, { credentialId, userId }) => {
    const passkey = tx.passkeys.get(userId, credentialId)
    const user = tx.users.get(userId)
    return Result.succeed(
      passkey !== undefined && user?.status === "active" ? new PasskeyAndUser({ passkey, user }) : null
    )
  }
})

export const listPasskeysStep = accountStep({
  request: UserId,
  reply: Schema.Array(Passkey),
  refusal: Schema.Never,
  run: (tx, userId) => Result.succeed([...tx.passkeys.under(userId)].sort((a, b) => a.createdAt - b.createdAt))
})

export const addPasskeyStep = accountStep({
  request: PasskeyAddition,
  reply: Passkey,
  refusal: PasskeysKept,
  run: (tx, { by, passkey }) => {
    const { credentialId, userId } = passkey
    const known = tx.passkeys.get(userId, credentialId)
    if (known !== undefined) return known.publicKey === passkey.publicKey ? Result.succeed(known) : kept("taken")
    if (!isIn(tx, userId, by)) return kept("session")
    if (tx.passkeys.under(userId).length >= mostPasskeys) return kept("many")
    tx.passkeys.put(passkey)
    tx.audit({ type: "passkey.added", userId, detail: { passkey: credentialId, aaguid: passkey.aaguid } })
    return Result.succeed(passkey)
  }
})

export const renamePasskeyStep = accountStep({
  request: PasskeyNaming,
  reply: Schema.Void,
  refusal: PasskeysKept,
  run: (tx, { by, credentialId, name, userId }) => {
    const known = tx.passkeys.get(userId, credentialId)
    if (known?.name === name) return Result.void
    if (!isIn(tx, userId, by)) return kept("session")
    if (known === undefined) return kept("unknown")
    tx.passkeys.put(new Passkey({ ...known, name }))
    tx.audit({ type: "passkey.renamed", userId, detail: { passkey: credentialId } })
    return Result.void
  }
})

export const removePasskeyStep = accountStep({
  request: PasskeyRemoval,
  reply: Schema.Void,
  refusal: PasskeysKept,
  run: (tx, { by, byLetter, credentialId, userId }) => {
    if (tx.passkeys.get(userId, credentialId) === undefined) return Result.void
    if (by !== null && !isIn(tx, userId, by)) return kept("session")
    const isLast = tx.passkeys.under(userId).length === 1
    if (by !== null && isLast && !hasOtherWay(tx.users.get(userId), byLetter)) return kept("last")
    tx.passkeys.delete(userId, credentialId)
    tx.audit({ type: "passkey.removed", userId, detail: { passkey: credentialId } })
    return Result.void
  }
})

/**
 * Signs in with a passkey: its counter is compared and moved in the transaction that opens the session, so that of two
 * assertions with one counter one opens a session. A possible clone is written down though it is refused, once a login.
 */
export const usePasskey = (
  tx: AccountTransaction,
  session: Session,
  use: PasskeyUse
): Result.Result<void, PasskeyRefused> => {
  const { userId } = session
  const passkey = tx.passkeys.get(userId, use.credentialId)
  if (passkey === undefined) return Result.fail(new PasskeyRefused({ reason: "unknown" }))
  const advanced = advance(passkey, use, tx.now)
  if (Result.isSuccess(advanced)) {
    tx.passkeys.put(advanced.success)
    return Result.void
  }
  if (advanced.failure.reason === "clone" && !equal(passkey.suspected?.session ?? "", session.hash)) {
    tx.passkeys.put(new Passkey({ ...passkey, suspected: { at: tx.now, session: session.hash } }))
    const counters = { stored: String(passkey.signCount), shown: String(use.signCount) }
    tx.audit({ type: "passkey.possible_clone", userId, detail: { passkey: use.credentialId, ...counters } })
  }
  return Result.fail(advanced.failure)
}

/** Whether somebody could sign in without a passkey. */
const hasOtherWay = (user: User | undefined, byLetter: boolean): boolean =>
  user !== undefined && (user.passwordHash !== null || (byLetter && letterAddress(user) !== undefined))

const kept = (reason: PasskeysKept["reason"]) => Result.fail(new PasskeysKept({ reason }))

/** Whether a session of this person, who may sign in, is alive. */
const isIn = (tx: AccountTransaction, userId: UserId, hash: SecretHash): boolean => {
  const session = tx.sessions.get(userId, hash)
  return session !== undefined && isLive(session, tx.now) && tx.users.get(userId)?.status === "active"
}
