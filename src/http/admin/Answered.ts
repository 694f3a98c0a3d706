/** What came of a flow, as the admin API answers it: its result, or the problem that its error is. RFC 9457. */
import { Effect } from "effect"
import { HttpServerRespondable, HttpServerResponse } from "effect/http"
import type { TooMany } from "../../domain/RateLimit.ts"
import type { Unavailable as StorageFailed } from "../../services/flows/authorize/Outcome.ts"
import { logUnavailable } from "../OAuthErrorResponse.ts"
import { retryLater } from "../TooManyRequests.ts"
import {
  BadRequest,
  Conflict,
  Forbidden,
  NotFound,
  PreconditionFailed,
  TooManyRequests,
  Unavailable
} from "./Problems.ts"

interface Told<Tag extends string> {
  readonly _tag: Tag
  readonly message: string
  readonly field?: string
  readonly scope?: string
}

/** The errors of the operator's flows, by the ends of their names (`flows/operator/Refusals.ts`). */
type Refusal = Told<"InvalidField" | "NotPermitted" | `${string}NotFound` | `${string}Taken` | `${string}Conflict`>

type Failure = Refusal | Told<"HalfDone"> | StorageFailed | TooMany

/** Which problem an error is. The endpoint declares it, or the handler does not compile. */
type ProblemOf<E> =
  E extends Told<"InvalidField">
    ? BadRequest
    : E extends Told<"NotPermitted">
      ? Forbidden
      : E extends Told<`${string}NotFound`>
        ? NotFound
        : E extends Told<`${string}Taken`>
          ? Conflict
          : E extends Told<`${string}Conflict`>
            ? PreconditionFailed
            : never

/** The flow's answer. Of storage that failed and of too many requests the answer is made here: neither is declared. */
export const answered = <A, E extends Failure, R>(flow: Effect.Effect<A, E, R>) =>
  flow.pipe(Effect.catch((error: Failure) => answerOf(error))) as Effect.Effect<
    A | HttpServerResponse.HttpServerResponse,
    ProblemOf<E>,
    R
  >

const answerOf = (error: Failure) => {
  switch (error._tag) {
    case "NotExecuted":
    case "OutcomeUnknown":
      return Effect.andThen(logUnavailable(error), unavailable(undefined))
    case "HalfDone":
      return unavailable(error.message)
    case "TooMany":
      return retryLater(HttpServerRespondable.toResponse(new TooManyRequests({})), error)
    default:
      return Effect.fail(problemOf(error))
  }
}

const problemOf = ({ _tag, field, message: detail, scope }: Refusal) => {
  const member = field === undefined ? {} : { field }
  if (_tag === "InvalidField") return new BadRequest({ detail, ...member })
  if (_tag === "NotPermitted") return new Forbidden({ detail, ...(scope === undefined ? {} : { scope }) })
  if (_tag.endsWith("NotFound")) return new NotFound({ detail })
  return _tag.endsWith("Taken") ? new Conflict({ detail, ...member }) : new PreconditionFailed({ detail })
}

/** The request may be sent again; that it did nothing is not promised. RFC 9110 §10.2.3. */
export const unavailable = (detail: string | undefined) =>
  Effect.map(
    HttpServerRespondable.toResponse(new Unavailable(detail === undefined ? {} : { detail })),
    HttpServerResponse.setHeader("retry-after", "1")
  )
