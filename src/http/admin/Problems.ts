/** What the admin API answers when something cannot be done: problem details, one class a status. RFC 9457. */
import { Schema } from "effect"
import { HttpApiError } from "effect/http-api"

const { Problem } = HttpApiError

/** Each type is an address: the place of the browsable page that explains it. RFC 9457 §3.1.1. */
const typed = <const Name extends string>(name: Name) => `/admin/docs#${name}` as const

/** The member at fault, where it is one. */
const field = Schema.optionalKey(Schema.String)

export class BadRequest extends Problem<BadRequest>()(
  "BadRequest",
  { type: typed("bad-request"), status: 400, title: "The request is not one of this API" },
  { field }
) {}

export class Unauthorized extends Problem<Unauthorized>()("Unauthorized", {
  type: typed("unauthorized"),
  status: 401,
  title: "There is no access token that is good here"
}) {}

export class Forbidden extends Problem<Forbidden>()(
  "Forbidden",
  { type: typed("forbidden"), status: 403, title: "The access token does not permit this" },
  { scope: Schema.optionalKey(Schema.String) }
) {}

export class NotFound extends Problem<NotFound>()("NotFound", {
  type: typed("not-found"),
  status: 404,
  title: "There is no such thing"
}) {}

export class MethodNotAllowed extends Problem<MethodNotAllowed>()("MethodNotAllowed", {
  type: typed("method-not-allowed"),
  status: 405,
  title: "That is not done with this method"
}) {}

export class Conflict extends Problem<Conflict>()(
  "Conflict",
  { type: typed("conflict"), status: 409, title: "Something else is in the way" },
  { field }
) {}

export class PreconditionFailed extends Problem<PreconditionFailed>()("PreconditionFailed", {
  type: typed("precondition-failed"),
  status: 412,
  title: "It was changed since you looked at it"
}) {}

export class ContentTooLarge extends Problem<ContentTooLarge>()("ContentTooLarge", {
  type: typed("content-too-large"),
  status: 413,
  title: "The body is too large"
}) {}

export class UnsupportedMediaType extends Problem<UnsupportedMediaType>()("UnsupportedMediaType", {
  type: typed("unsupported-media-type"),
  status: 415,
  title: "The body is of another media type than this API reads"
}) {}

export class PreconditionRequired extends Problem<PreconditionRequired>()("PreconditionRequired", {
  type: typed("precondition-required"),
  status: 428,
  title: "Say with If-Match which state you change"
}) {}

export class TooManyRequests extends Problem<TooManyRequests>()("TooManyRequests", {
  type: typed("too-many-requests"),
  status: 429,
  title: "There were too many requests"
}) {}

export class ServerError extends Problem<ServerError>()(
  "ServerError",
  { type: typed("server-error"), status: 500, title: "Something is wrong at this provider" },
  { reference: Schema.String }
) {}

export class Unavailable extends Problem<Unavailable>()("Unavailable", {
  type: typed("unavailable"),
  status: 503,
  title: "Storage did not answer"
}) {}

/** What any request may be answered with. */
export const everywhere = [
  BadRequest,
  Unauthorized,
  Forbidden,
  ContentTooLarge,
  UnsupportedMediaType,
  TooManyRequests,
  Unavailable
] as const

/** All there are, as their pages tell them. */
export const allProblems: ReadonlyArray<{ readonly type: string; readonly status: number; readonly title: string }> = [
  new BadRequest({}),
  new Unauthorized({}),
  new Forbidden({}),
  new NotFound({}),
  new MethodNotAllowed({}),
  new Conflict({}),
  new PreconditionFailed({}),
  new ContentTooLarge({}),
  new UnsupportedMediaType({}),
  new PreconditionRequired({}),
  new TooManyRequests({}),
  new ServerError({ reference: "" }),
  new Unavailable({})
]
