/** Roles: what a user is here, for applications that ask, and what an administrator may do. RFC 9068 §2.2.3.1. */
import { Schema } from "effect"

/** A role by its name. It goes into tokens and addresses, so it is of few characters. */
export const RoleName = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[a-z][a-z0-9_.-]{0,63}$/)),
  Schema.brand("RoleName")
)
export type RoleName = typeof RoleName.Type

/** The roles of one user. A home carries them, so they are bounded. */
export const UserRoles = Schema.Array(RoleName).pipe(Schema.check(Schema.isMaxLength(50)))
