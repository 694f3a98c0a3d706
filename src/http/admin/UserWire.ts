/** A user as the admin API shows one. OIDC Core §5.1. */
import { Schema } from "effect"
import { CustomFields } from "../../domain/CustomField.ts"
import { UserId } from "../../domain/Ids.ts"
import { UserRoles } from "../../domain/Role.ts"
import { Profile, UserStatus } from "../../domain/User.ts"
import type { ShownUser } from "../../services/flows/operator/ShowUser.ts"
import { Moment } from "./Wire.ts"

export const UserOnWire = Schema.Struct({
  id: UserId,
  status: UserStatus,
  profile: Schema.Struct(Profile.fields),
  roles: UserRoles,
  custom: CustomFields,
  hasPassword: Schema.Boolean,
  version: Schema.Int,
  createdAt: Moment,
  updatedAt: Moment
}).pipe(Schema.encodeKeys({ hasPassword: "has_password", createdAt: "created_at", updatedAt: "updated_at" }))

/** What of a user is shown there. */
export const onWire = ({
  createdAt,
  custom,
  hasPassword,
  id,
  profile,
  roles,
  status,
  updatedAt,
  version
}: ShownUser) => ({
  id,
  status,
  profile,
  roles: roles ?? [],
  custom: custom ?? {},
  hasPassword,
  version,
  createdAt,
  updatedAt
})

export const who = { id: Schema.String.annotate({ description: "The user's id, user name or e-mail address" }) }
