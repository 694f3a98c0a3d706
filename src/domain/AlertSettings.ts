/** What an operator decides about alerts: who is told, and from when one is raised. docs/operating.md. */
import { Schema } from "effect"
import type { Thresholds } from "./AlertFacts.ts"
import { isOneAddress } from "./Letter.ts"
import { refusal } from "./RemoteAddress.ts"
import { between } from "./SettingBounds.ts"

const text = (isGood: (text: string) => boolean, message: string) =>
  Schema.optionalKey(
    Schema.String.pipe(Schema.check(Schema.makeFilter((given: string) => (isGood(given) ? undefined : message))))
  )

export const alertFields = {
  /** The address to which alerts are posted. */
  webhook: text((uri) => refusal(uri, true) === undefined, "must be an https address that others can reach"),
  email: text(isOneAddress, "must be one e-mail address"),
  /** Of all answers, those of 5xx. */
  errorPercent: between(1, 100),
  /** Of all calls of objects, those that take longer than 50 ms. */
  slowPercent: between(1, 100),
  /** In a quarter of an hour: of fewer, no share is formed. */
  leastRequests: between(1, 1_000_000),
  objectMegabytes: between(1, 10_000),
  databaseMegabytes: between(1, 10_000),
  /** How often the limit of one account trips in an hour. */
  accountTrips: between(1, 1_000)
}

/** Nobody is told until somebody is named. The numbers are those of system.md. */
export const alertsAsTheyCome: Thresholds = {
  errorPercent: 1,
  slowPercent: 5,
  leastRequests: 100,
  objectMegabytes: 100,
  databaseMegabytes: 8_000,
  accountTrips: 1
}
