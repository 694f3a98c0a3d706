/** The sign-in names in D1: reserved all or none in one statement, and only while nobody else holds one of them. */
import { Effect, Schema } from "effect"
import { Identifier } from "../../../domain/Identifier.ts"
import { UserId } from "../../../domain/Ids.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Holder, Identifiers, IdentifierTaken, type Reservation } from "../../../services/storage/Identifiers.ts"
import { auditIf, notYet } from "./AuditStatements.ts"
import { D1Primary, type Statement, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"

const readHolders = rowsOf(
  "Identifier.reserve",
  Schema.Struct({ identifier: Identifier, user_id: UserId, reserved_at: Schema.Int })
)

const readNamed = rowsOf("Identifier.search", Schema.Struct({ identifier: Identifier, user_id: UserId }))

const readOwners = rowsOf("Identifier.resolve", Schema.Struct({ user_id: UserId }))

/**
 * Rows of `identifiers` among the names of a JSON array, which is the parameter. A cross join, so that SQLite goes from
 * the few names to the table and never the other way.
 */
const among = "json_each(?) AS named CROSS JOIN identifiers AS held ON held.identifier = named.value"

/** All of the names, or none: nothing is inserted while one of them is somebody else's. */
const reserved = ({ identifiers, now, userId }: Reservation, eventId: string): Statement => {
  const names = JSON.stringify(identifiers)
  return statement(
    "INSERT INTO identifiers (identifier, user_id, reserved_at, event_id) " +
      "SELECT wanted.value, ?, ?, ? FROM json_each(?) AS wanted " +
      `WHERE ${notYet} AND NOT EXISTS (SELECT 1 FROM ${among} WHERE held.user_id <> ?) ` +
      "ON CONFLICT (identifier) DO UPDATE SET event_id = excluded.event_id WHERE user_id = excluded.user_id",
    userId,
    now,
    eventId,
    names,
    eventId,
    names,
    userId
  )
}

/** Who else holds a name, the first in the order of the request; nobody if this very reservation was made before. */
const othersWhoHold = ({ identifiers, userId }: Reservation, eventId: string): Statement =>
  statement(
    `SELECT held.identifier, held.user_id, held.reserved_at FROM ${among} ` +
      `WHERE held.user_id <> ? AND (${notYet}) ORDER BY named.key LIMIT 1`,
    JSON.stringify(identifiers),
    userId,
    eventId
  )

const writtenBy = `EXISTS (SELECT 1 FROM ${among} WHERE held.event_id = ?)`

export const IdentifiersD1 = bind(Identifiers, {
  reserve: (request, event) =>
    D1Primary.use((d1) =>
      d1.batch("Identifier.reserve", [
        // Asked before anything is written, so that what it answers is what the reservation met.
        othersWhoHold(request, event.id),
        reserved(request, event.id),
        auditIf(event, writtenBy, JSON.stringify(request.identifiers), event.id)
      ])
    ).pipe(
      Effect.flatMap(([others]) => readHolders(others ?? [])),
      Effect.flatMap(([other]) =>
        other === undefined
          ? Effect.void
          : Effect.fail(
              new IdentifierTaken({
                holder: new Holder({
                  identifier: other.identifier,
                  userId: other.user_id,
                  reservedAt: other.reserved_at
                })
              })
            )
      )
    ),
  resolve: (identifier) =>
    D1Primary.use((d1) =>
      d1.query("Identifier.resolve", statement("SELECT user_id FROM identifiers WHERE identifier = ?", identifier))
    ).pipe(
      Effect.flatMap(readOwners),
      Effect.map(([owner]) => owner?.user_id ?? null)
    ),
  search: ({ after, beginning, limit }) =>
    D1Primary.use((d1) =>
      d1.query(
        "Identifier.search",
        statement(
          "SELECT identifier, user_id FROM identifiers WHERE identifier >= ?1 AND identifier < ?1 || char(1114111) " +
            "AND identifier > ?2 ORDER BY identifier LIMIT ?3",
          beginning,
          after,
          limit
        )
      )
    ).pipe(
      Effect.flatMap(readNamed),
      Effect.map((rows) => rows.map(({ identifier, user_id: userId }) => ({ identifier, userId })))
    ),
  release: ({ identifiers, reservedBy, userId }, event) => {
    const names = JSON.stringify(identifiers)
    const ofTheUser = "user_id = ? AND identifier IN (SELECT value FROM json_each(?))"
    const still = "event_id = coalesce(?, event_id)"
    return D1Primary.use((d1) =>
      d1.batch("Identifier.release", [
        // Marked first, for rows that are gone could not say whose change it was.
        statement(
          `UPDATE identifiers SET event_id = ? WHERE ${ofTheUser} AND ${still} AND ${notYet}`,
          event.id,
          userId,
          names,
          reservedBy,
          event.id
        ),
        auditIf(event, writtenBy, names, event.id),
        statement(`DELETE FROM identifiers WHERE ${ofTheUser} AND event_id = ?`, userId, names, event.id)
      ])
    ).pipe(Effect.asVoid)
  }
})
