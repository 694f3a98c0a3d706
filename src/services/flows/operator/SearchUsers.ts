/**
 * Looking for users: by a name or its beginning, by a field of the operator's own, by a role. Each reads as many rows
 * as it finds, however many users there are.
 */
import { Effect, Option, Schema } from "effect"
import { searchForm } from "../../../domain/CustomField.ts"
import { beginningOf } from "../../../domain/Identifier.ts"
import { UserId } from "../../../domain/Ids.ts"
import { RoleName } from "../../../domain/Role.ts"
import { inForce } from "../../../domain/Settings.ts"
import { Directory, DirectoryEntry } from "../../storage/Directory.ts"
import { Identifiers } from "../../storage/Identifiers.ts"
import { retried } from "../../storage/Retry.ts"
import { Settings } from "../../storage/Settings.ts"
import { pageOf } from "./Page.ts"
import { InvalidField } from "./Refusals.ts"

/** At most one of them; without any, everybody. */
export const UserSearch = Schema.Struct({
  /** The beginning of a user name. */
  username: Schema.optionalKey(Schema.String),
  /** The beginning of an e-mail address. */
  email: Schema.optionalKey(Schema.String),
  id: Schema.optionalKey(Schema.String),
  role: Schema.optionalKey(Schema.String),
  /** A searchable field, and with `value` exactly what it holds. */
  field: Schema.optionalKey(Schema.String),
  value: Schema.optionalKey(Schema.String),
  after: Schema.optionalKey(Schema.String),
  limit: Schema.optionalKey(Schema.Int)
})
export type UserSearch = typeof UserSearch.Type

/** A user in a list. */
export const ListedUser = DirectoryEntry

export interface UserPage {
  readonly users: ReadonlyArray<DirectoryEntry>
  /** Where the next page begins; null after the last. */
  readonly next: string | null
}

/** A new or changed user appears a few seconds later. */
export const searchUsers = Effect.fn("SearchUsers")(function* (asked: UserSearch) {
  const { email, field, id, role, username, value } = asked
  const ways = [username, email, id, role, field].filter((way) => way !== undefined)
  if (ways.length > 1) {
    return yield* new InvalidField({ field: "username", message: "Look by one of username, email, id, role or field." })
  }
  const page = yield* pageOf(asked)
  if (username !== undefined) return yield* byName("username", username, page)
  if (email !== undefined) return yield* byName("email", email, page)
  if (id !== undefined) return yield* byId(id)
  if (role !== undefined) return yield* byRole(role, page)
  if (field !== undefined) return yield* byField(field, value ?? "", page)
  return paged(yield* retried(Directory.list)(page), page)
})

interface Asked {
  readonly after: string
  readonly limit: number
}

const byName = Effect.fnUntraced(function* (kind: "username" | "email", text: string, { after, limit }: Asked) {
  const beginning = beginningOf(kind, text)
  const found = yield* retried(Identifiers.search)({ beginning, after, limit })
  const entries = yield* retried(Directory.find)(found.map(({ userId }) => userId))
  const users = found.flatMap(({ userId }) => entries.find((entry) => entry.userId === userId) ?? [])
  const last = found.length < limit ? null : (found.at(-1)?.identifier ?? null)
  return { users: living(users), next: last } satisfies UserPage
})

const byId = Effect.fnUntraced(function* (text: string) {
  const id = Schema.decodeUnknownOption(UserId)(text)
  const users = Option.isNone(id) ? [] : yield* retried(Directory.find)([id.value])
  return { users: living(users), next: null } satisfies UserPage
})

const byRole = Effect.fnUntraced(function* (text: string, page: Asked) {
  const role = Schema.decodeUnknownOption(RoleName)(text)
  return Option.isNone(role) ? nobody : paged(yield* retried(Directory.withRole)({ ...page, role: role.value }), page)
})

const byField = Effect.fnUntraced(function* (field: string, text: string, page: Asked) {
  const { users } = inForce(yield* retried(Settings.find)())
  const definition = users.customFields.find(({ name }) => name === field)
  if (definition?.searchable !== true) {
    return yield* new InvalidField({ field: "field", message: `field: ${field} is no field that is searchable.` })
  }
  return paged(yield* retried(Directory.withField)({ ...page, field, value: searchForm(text) }), page)
})

const nobody: UserPage = { users: [], next: null }

const paged = (entries: ReadonlyArray<DirectoryEntry>, { limit }: Asked): UserPage => ({
  users: living(entries),
  next: entries.length < limit ? null : (entries.at(-1)?.userId ?? null)
})

/** Deleted users stay in the mirror so that it never goes back, and are nobody's business here. */
const living = (entries: ReadonlyArray<DirectoryEntry>) => entries.filter(({ status }) => status !== "void")
