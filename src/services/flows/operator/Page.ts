/** A page of a list: what comes after an id, and at most how many. */
import { Effect } from "effect"
import { InvalidField } from "./Refusals.ts"

export interface Page {
  /** The `next` of the page before; absent for the first page. */
  readonly after?: string
  /** 1 to 1000; 100 unless said otherwise. */
  readonly limit?: number
}

/** The page to ask storage for. */
export const pageOf = ({ after = "", limit = 100 }: Page) =>
  Number.isSafeInteger(limit) && limit >= 1 && limit <= 1000
    ? Effect.succeed({ after, limit })
    : Effect.fail(new InvalidField({ field: "limit", message: "The limit must be a number from 1 to 1000." }))
