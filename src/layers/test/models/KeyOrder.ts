/** Rows of a model in the order of their keys, as SQLite has them. */
import type { Rows, TableSpec } from "../../objects/Table.ts"

/** What stands between the columns of a key: less than any character, so that the order is that of the columns. */
export const separator = "\u0000"

/** What a step asks of rows in their order; `entries` are all of a table, by their joined keys. */
export const inOrder = <Row>(
  entries: () => ReadonlyArray<readonly [string, unknown]>,
  read: (stored: unknown) => Row,
  spec: Pick<TableSpec<Row>, "expiresAt">
): Pick<Rows<Row>, "page" | "count"> => {
  const after = (key: ReadonlyArray<string>, limit: number) => {
    const name = key.join(separator)
    return entries()
      .filter(([one]) => key.length === 0 || one > name)
      .slice(0, limit)
  }
  return {
    page: (key, limit) => after(key, limit).map(([, stored]) => read(stored)),
    count: (key, limit, now) => {
      const rows = after(key, limit)
      const isLive = (stored: unknown) => spec.expiresAt === null || spec.expiresAt(read(stored)) > now
      return {
        rows: rows.length,
        live: rows.filter(([, stored]) => isLive(stored)).length,
        last: rows.at(-1)?.[0].split(separator) ?? null
      }
    }
  }
}
