/** Authorization codes: issued if session and consent allow it, redeemed once. RFC 6749 §4.1.2. */
import { type Effect, Schema } from "effect"
import type {
  CodeRefused,
  ConsentRequired,
  Issuance,
  LoginRequired,
  Redemption
} from "../../domain/AuthorizationCode.ts"
import { Consent } from "../../domain/Consent.ts"
import { Issuance as IssuanceSchema } from "../../domain/AuthorizationCode.ts"
import { Grant } from "../../domain/Grant.ts"
import { User } from "../../domain/User.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** A grant with its user, so that tokens can be made without another call. */
export class GrantAndUser extends Schema.Class<GrantAndUser>("GrantAndUser")({ grant: Grant, user: User }) {}

/** The user allows what is asked, and the code is issued, in one transaction. */
export class Approval extends Schema.Class<Approval>("Approval")({ issuance: IssuanceSchema, consent: Consent }) {}

export const AuthorizationCodes = operations("AuthorizationCode", {
  /** Issues a code if the session is alive and young enough and the user has allowed what is asked. */
  issue: Strong<(request: Issuance) => Effect.Effect<GrantAndUser, LoginRequired | ConsentRequired | StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /** Writes the consent down and issues the code. A code that was redeemed already is not issued again. */
  approve: Strong<(request: Approval) => Effect.Effect<GrantAndUser, LoginRequired | ConsentRequired | StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /** Redeems a code once. Redeemed again it revokes what it gave. */
  redeem: Strong<(request: Redemption) => Effect.Effect<GrantAndUser, CodeRefused | StorageError>>({
    kind: "consume",
    repeat: "attempt"
  })
})
