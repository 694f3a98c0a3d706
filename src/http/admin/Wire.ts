/** What the sections of the admin API share on the wire: moments, pages, entity tags. RFC 9110 §8.8, §13.1. */
import { Effect, Schema, SchemaGetter } from "effect"
import { HttpApiSchema } from "effect/http-api"
import { type Expected, readTags } from "../../domain/EntityTag.ts"
import { BadRequest, PreconditionRequired } from "./Problems.ts"

/** Seconds on the wire, milliseconds inside. */
const secondsOf = (description: string) =>
  Schema.Int.annotate({ description }).pipe(
    Schema.decodeTo(Schema.Int, {
      decode: SchemaGetter.transform((seconds: number) => seconds * 1000),
      encode: SchemaGetter.transform((milliseconds: number) => Math.floor(milliseconds / 1000))
    })
  )

export const Moment = secondsOf("Seconds since 1970-01-01T00:00:00Z")

export const Span = secondsOf("Seconds")

/** Which page of a list: what comes after an id, and at most how many. */
export const PageQuery = Schema.Struct({
  after: Schema.optionalKey(
    Schema.String.annotate({ description: "The `next` of the page before; absent for the first" })
  ),
  limit: Schema.optionalKey(
    Schema.NumberFromString.pipe(Schema.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 1000 })))
  )
})

/** Where the next page begins; null after the last. */
export const Next = Schema.NullOr(Schema.String)

/** An answer with the entity tag of the state that it shows. */
export const tagged = <S extends Schema.Top>(schema: S) =>
  HttpApiSchema.WithHeaders(schema, { etag: Schema.String.annotate({ description: "RFC 9110 §8.8.3" }) })

/** Such an answer's value. */
export const withTag = <A>(body: A, etag: string) => HttpApiSchema.withHeaders({ body, headers: { etag } })

/** What a change of something has to say. */
export const ifMatch = Schema.Struct({
  "if-match": Schema.optionalKey(
    Schema.String.annotate({ description: "The entity tag of the state that is changed; required" })
  )
})

/** The states that the change may be made from. RFC 9110 §13.1.1, RFC 6585 §3. */
export const expectedIn = Effect.fnUntraced(function* (headers: typeof ifMatch.Type) {
  const header = headers["if-match"]
  if (header === undefined) return yield* new PreconditionRequired({})
  const expected: Expected = yield* Effect.fromResult(readTags(header)).pipe(
    Effect.mapError(() => new BadRequest({ field: "If-Match", detail: "If-Match: no list of entity tags." }))
  )
  return expected
})
