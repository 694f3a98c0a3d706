/**
 * Pushed authorization requests: bound to their client, shown until they expire, used up by one answer. RFC 9126.
 *
 * Looking at a page is no use of it: a person who reloads it, or comes by a second tab, must not find that their own
 * looking used it up (§4 allows that much and no more). The answer to the client is the use
 * (docs/decisions/0012-pushed-requests.md).
 */
import { Option, Result, Schema } from "effect"
import { AuthorizationRequest } from "./AuthorizationRequest.ts"
import { AttemptId, ClientId, PushedId } from "./Ids.ts"

/** A request as its shard keeps it. Whose it is, is `request.clientId`. Times in milliseconds. */
export class PushedRequest extends Schema.Class<PushedRequest>("PushedRequest")({
  id: PushedId,
  request: AuthorizationRequest,
  /** From then on nobody may begin with it. RFC 9126 §2.2. */
  expiresAt: Schema.Int,
  /** From then on nobody can still be at the pages it led to. */
  keptUntil: Schema.Int,
  /** The attempt whose answer used it up. */
  completedBy: Schema.optionalKey(AttemptId)
}) {}

/** A client shows the request_uri that it got. */
export class Showing extends Schema.Class<Showing>("Showing")({ id: PushedId, clientId: ClientId }) {}

/** The request is to be used up by an answer. */
export class Completion extends Schema.Class<Completion>("Completion")({
  attempt: AttemptId,
  id: PushedId,
  clientId: ClientId
}) {}

/** There is no such request for this client, or not any more. */
export class PushedRefused extends Schema.TaggedError<PushedRefused>()("PushedRefused", {
  reason: Schema.Literals(["unknown", "client", "expired", "completed"])
}) {}

type Reason = PushedRefused["reason"]

/** The request, for whoever begins with it. */
export const show = (
  found: PushedRequest | undefined,
  { clientId }: Showing,
  now: number
): Result.Result<AuthorizationRequest, Reason> => {
  if (found === undefined) return Result.fail("unknown")
  if (found.request.clientId !== clientId) return Result.fail("client")
  if (found.completedBy !== undefined) return Result.fail("completed")
  return now < found.expiresAt ? Result.succeed(found.request) : Result.fail("expired")
}

/** The request as it is once this answer used it up: the same that was found, if the same attempt did before. */
export const complete = (
  found: PushedRequest | undefined,
  { attempt, clientId }: Completion,
  now: number
): Result.Result<PushedRequest, Reason> => {
  if (found === undefined) return Result.fail("unknown")
  if (found.request.clientId !== clientId) return Result.fail("client")
  if (found.completedBy === attempt) return Result.succeed(found)
  if (found.completedBy !== undefined) return Result.fail("completed")
  return now < found.keptUntil
    ? Result.succeed(new PushedRequest({ ...found, completedBy: attempt }))
    : Result.fail("expired")
}

const prefix = "urn:ietf:params:oauth:request_uri:"

/** The request_uri of a pushed request. RFC 9126 §2.2. */
export const requestUri = (id: PushedId): string => prefix + id

/** Whether a request_uri names a pushed request at all, rather than a document somewhere. */
export const isPushedUri = (uri: string): boolean => uri.startsWith(prefix)

/** The id in a request_uri of ours. */
export const idOf = (uri: string): Option.Option<PushedId> =>
  Schema.decodeUnknownOption(PushedId)(uri.slice(prefix.length)).pipe(Option.filter(() => isPushedUri(uri)))
