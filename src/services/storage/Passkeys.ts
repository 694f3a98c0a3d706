/** Passkeys in the homes of their users. Signing in with one is `Session.open`: counter and session are one. */
import { type Effect, Schema } from "effect"
import { SecretHash, UserId } from "../../domain/Ids.ts"
import { CredentialId, Passkey, PasskeyName } from "../../domain/Passkey.ts"
import { User } from "../../domain/User.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** The name of a passkey: the user by whose handle it was found, and its credential. */
export class PasskeyKey extends Schema.Class<PasskeyKey>("PasskeyKey")({
  userId: UserId,
  credentialId: CredentialId
}) {}

export class PasskeyAndUser extends Schema.Class<PasskeyAndUser>("PasskeyAndUser")({ passkey: Passkey, user: User }) {}

/** The session in which a person does it: by the time it is done it may have ended, and then it is not. */
const by = SecretHash

export class PasskeyAddition extends Schema.Class<PasskeyAddition>("PasskeyAddition")({ passkey: Passkey, by }) {}

export class PasskeyNaming extends Schema.Class<PasskeyNaming>("PasskeyNaming")({
  userId: UserId,
  credentialId: CredentialId,
  name: PasskeyName,
  by
}) {}

export class PasskeyRemoval extends Schema.Class<PasskeyRemoval>("PasskeyRemoval")({
  userId: UserId,
  credentialId: CredentialId,
  /** Null for an operator, who may take the last one too. */
  by: Schema.NullOr(SecretHash),
  /** Whether a letter signs people in here, so that whoever has an address needs neither passkey nor password. */
  byLetter: Schema.Boolean
}) {}

/**
 * The passkeys are as they were. `session`: it ended meanwhile. `many`: there are as many as there may be. `taken`: the
 * credential is another key's. `unknown`: there is no such passkey. `last`: nothing else would sign this person in.
 */
export class PasskeysKept extends Schema.TaggedError<PasskeysKept>()("PasskeysKept", {
  reason: Schema.Literals(["session", "many", "taken", "unknown", "last"])
}) {}

export const Passkeys = operations("Passkey", {
  /** With its user, if that user may sign in. */
  find: Strong<(key: PasskeyKey) => Effect.Effect<PasskeyAndUser | null, StorageError>>({ kind: "read" }),
  /** All of a user's, oldest first. */
  list: Strong<(userId: UserId) => Effect.Effect<ReadonlyArray<Passkey>, StorageError>>({ kind: "read" }),
  /** Added again, it is the one there is, with the name and the counter it has by now. */
  add: Strong<(request: PasskeyAddition) => Effect.Effect<Passkey, PasskeysKept | StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  rename: Strong<(request: PasskeyNaming) => Effect.Effect<void, PasskeysKept | StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  remove: Strong<(request: PasskeyRemoval) => Effect.Effect<void, PasskeysKept | StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
