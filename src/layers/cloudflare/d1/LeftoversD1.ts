/** What is left over in D1: the position and what is done at it are one batch, so that two runs take two pages. */
import { Effect, Schema } from "effect"
import { Identifier } from "../../../domain/Identifier.ts"
import { UserId } from "../../../domain/Ids.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Holder } from "../../../services/storage/Identifiers.ts"
import { type Cleaning, Leftovers } from "../../../services/storage/Leftovers.ts"
import { D1Primary, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"

const keys = { initial_access_tokens: "token_id", directory: "user_id", identifiers: "identifier" } as const
type Table = keyof typeof keys

/** Takes the next page of a table. */
const turned = (table: Table, { limit }: Cleaning) =>
  statement(
    `UPDATE clean_up SET begins = ends, ends = coalesce((SELECT ${keys[table]} FROM ${table} ` +
      `WHERE ${keys[table]} > clean_up.ends ORDER BY ${keys[table]} LIMIT 1 OFFSET ?), '') WHERE what = '${table}'`,
    limit - 1
  )

/** The rows of that page. No key begins with the last of the ASCII characters that it is compared with. */
const onPage = (table: Table): string =>
  `${keys[table]} > (SELECT begins FROM clean_up WHERE what = '${table}') AND ` +
  `${keys[table]} <= (SELECT coalesce(nullif(ends, ''), '~') FROM clean_up WHERE what = '${table}')`

const readHolders = rowsOf(
  "Leftover.reservations",
  Schema.Struct({ identifier: Identifier, user_id: UserId, reserved_at: Schema.Int })
)

const deleted = (operation: string, table: Table, cleaning: Cleaning, condition: string) =>
  D1Primary.use((d1) =>
    d1.batch(operation, [
      turned(table, cleaning),
      statement(`DELETE FROM ${table} WHERE ${onPage(table)} AND ${condition} RETURNING 1`, cleaning.before)
    ])
  ).pipe(Effect.map(([, rows]) => rows?.length ?? 0))

export const LeftoversD1 = bind(Leftovers, {
  tokens: (cleaning) => deleted("Leftover.tokens", "initial_access_tokens", cleaning, "expires_at <= ?"),
  tombstones: (cleaning) =>
    deleted("Leftover.tombstones", "directory", cleaning, "status = 'void' AND updated_at <= ?"),
  reservations: (cleaning) =>
    D1Primary.use((d1) =>
      d1.batch("Leftover.reservations", [
        turned("identifiers", cleaning),
        statement(
          `SELECT identifier, user_id, reserved_at FROM identifiers WHERE ${onPage("identifiers")} ` +
            "AND reserved_at <= ? AND NOT EXISTS (SELECT 1 FROM directory " +
            "WHERE directory.user_id = identifiers.user_id AND status <> 'void')",
          cleaning.before
        )
      ])
    ).pipe(
      Effect.flatMap(([, rows]) => readHolders(rows ?? [])),
      Effect.map((rows) =>
        rows.map(
          ({ identifier, reserved_at, user_id }) => new Holder({ identifier, userId: user_id, reservedAt: reserved_at })
        )
      )
    )
})
