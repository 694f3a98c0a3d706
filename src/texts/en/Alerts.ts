/** What each alert says to whoever operates the provider. English, as docs/operating.md is, which says what to do. */
import type { AlertName } from "../../domain/Alert.ts"

export const alertSentences: Readonly<Record<AlertName, string>> = {
  "storage.given_up": "Storage did not take a write after all repetitions, or does not answer.",
  "outbox.waiting": "What objects have to tell waits for the queue.",
  "token.reused": "A code or a refresh token was used a second time; what it gave was revoked.",
  "audit.dead_letter": "An audit event or a user's entry could not be delivered, and is kept as a dead letter.",
  "logout.dead_letter": "A client could not be told of a logout.",
  "letter.dead_letter": "A letter could not be sent.",
  "limit.account": "Somebody tries an account more often than its limit allows.",
  "keys.rotation_overdue": "A signing key should have been replaced by now.",
  "object.size": "An object is larger than it should become.",
  "database.size": "The database is near its limit of 10 GB.",
  "errors.rate": "Too many requests are answered with an error of this provider.",
  "object.latency": "Too many calls of objects take longer than 50 ms.",
  "upkeep.failed": "A job of the upkeep failed."
}
