/** Rows of D1 in and out: read by schema, and written many at a time as JSON. */
import { Effect, Result, Schema } from "effect"
import { NotExecuted } from "../../../services/storage/StorageError.ts"
import type { Row } from "./D1Client.ts"

/** Reads rows by their schema. A row that another version of this code wrote is refused, never guessed at. */
export const rowsOf = <A, I>(operation: string, schema: Schema.Codec<A, I>) => {
  const decode = Schema.decodeUnknownResult(Schema.Array(schema))
  return (rows: ReadonlyArray<Row>): Effect.Effect<ReadonlyArray<A>, NotExecuted> =>
    Result.match(decode(rows), {
      onSuccess: (decoded) => Effect.succeed(decoded),
      onFailure: () =>
        // What is wrong with the row would show what stands in it, so it is not told.
        Effect.fail(
          new NotExecuted({ operation, reason: "schema", detail: "a row is of another version of this code" })
        )
    })
}

const encoder = new TextEncoder()

/** Half of the 2 MB that D1 takes as one parameter. */
const mostBytes = 1_000_000

/**
 * Values as JSON arrays, each small enough for one parameter: `json_each` makes rows of it, so that their number does
 * not meet the limit of 100 parameters.
 */
export const jsonArrays = (values: ReadonlyArray<unknown>): ReadonlyArray<string> => {
  const arrays: Array<string> = []
  let waiting: Array<string> = []
  let bytes = 0
  const close = () => {
    if (waiting.length > 0) arrays.push(`[${waiting.join(",")}]`)
    waiting = []
    bytes = 0
  }
  for (const value of values) {
    const text = JSON.stringify(value)
    const size = encoder.encode(text).length + 1
    if (bytes + size > mostBytes) close()
    waiting.push(text)
    bytes += size
  }
  close()
  return arrays
}
