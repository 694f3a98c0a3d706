/** The operator's list of users, a page at a time. A new user appears in it a few seconds after it was made. */
import { Effect } from "effect"
import { Directory } from "../../storage/Directory.ts"
import { retried } from "../../storage/Retry.ts"
import { type Page, pageOf } from "./Page.ts"

export const listUsers = Effect.fn("ListUsers")(function* (asked: Page) {
  const page = yield* pageOf(asked)
  const entries = yield* retried(Directory.list)(page)
  return {
    // Deleted users stay in the mirror so that it never goes back, and are nobody's business here.
    users: entries.filter(({ status }) => status !== "void"),
    next: entries.length < page.limit ? null : (entries.at(-1)?.userId ?? null)
  }
})
