/** `/admin/audit`: what happened, from the log and its archive as one. docs/decisions/0028-audit.md. */
import { Schema } from "effect"
import { HttpApiEndpoint, OpenApi } from "effect/http-api"
import { KeptEvent } from "../../domain/AuditEvent.ts"
import { BatchFault } from "../../domain/AuditArchive.ts"
import { NotFound } from "./Problems.ts"
import { section } from "./Section.ts"
import { Moment, Next, PageQuery } from "./Wire.ts"

const Event = Schema.Struct({ ...KeptEvent.fields, at: Moment }).pipe(
  Schema.encodeKeys({ userId: "user_id", clientId: "client_id", grantId: "grant_id" })
)

/** Of a query, where everything is text. */
const SecondsInQuery = Schema.NumberFromString.pipe(Schema.decodeTo(Moment))

const Query = Schema.Struct({
  ...PageQuery.fields,
  type: Schema.optionalKey(Schema.String),
  user: Schema.optionalKey(Schema.String.annotate({ description: "A user name, an e-mail address or an id" })),
  clientId: Schema.optionalKey(Schema.String),
  grantId: Schema.optionalKey(Schema.String),
  sid: Schema.optionalKey(Schema.String),
  name: Schema.optionalKey(Schema.String.annotate({ description: "A name that somebody typed to sign in" })),
  from: Schema.optionalKey(SecondsInQuery),
  to: Schema.optionalKey(SecondsInQuery)
}).pipe(Schema.encodeKeys({ clientId: "client_id", grantId: "grant_id" }))

const Page = Schema.Struct({
  events: Schema.Array(Event),
  damaged: Schema.Array(
    Schema.Struct({
      key: Schema.String,
      first: Schema.String,
      last: Schema.String,
      lines: Schema.Int,
      fault: BatchFault
    })
  ).annotate({ description: "Batches of the archive that cannot be read as they were archived" }),
  next: Next
})

export const AuditSection = section("audit", "Audit log").add(
  HttpApiEndpoint.get("findEvents", "/audit", { query: Query, success: Page, error: [NotFound] }).annotateMerge(
    OpenApi.annotations({
      summary: "Finds events, the latest first",
      description: "A page may have fewer events than asked for, or none: `next` says how far was looked."
    })
  )
)
