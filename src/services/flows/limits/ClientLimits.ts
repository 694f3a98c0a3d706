/**
 * How often a client may show what is wrong. RFC 6749 §2.3.1, NIST SP 800-63B §3.1.2.2; docs/decisions/0019-limits.md.
 *
 * A secret that was drawn here, or is as long, cannot be found by trying: a wrong one is counted when it is found, and
 * a right one costs nothing. A short one that an operator gave is counted before it is compared, and given back if it
 * was right, so that never more are compared than the limit says.
 */
import { Effect } from "effect"
import { type Client, liveSecrets } from "../../../domain/Client.ts"
import type { Credentials } from "../client/AuthenticateClient.ts"
import { giveBack, throttle } from "./Throttle.ts"

/** Whether one of its secrets may be found by trying. */
const isGuessable = (client: Client | null, now: number): boolean =>
  client !== null && liveSecrets(client, now).some(({ guessable }) => guessable === true)

/** Judges what a client showed; what is wrong is counted for the client and the network that it came from. */
export const countingWrong = <A, E, R>(
  judge: Effect.Effect<A, E, R>,
  isWrong: (judged: A) => boolean,
  { client, credentials, now }: { client: Client | null; credentials: Credentials; now: number }
) =>
  Effect.gen(function* () {
    // All clients that there are not are one: names that are made up must not fill the storage with counts.
    const counted = throttle("client_secret", JSON.stringify([client?.id ?? null, credentials.address ?? null]))
    if (!isGuessable(client, now))
      return yield* Effect.tap(judge, (judged) => (isWrong(judged) ? counted : Effect.void))
    const admitted = yield* counted
    return yield* Effect.tap(judge, (judged) => (isWrong(judged) ? Effect.void : giveBack(admitted)))
  })
