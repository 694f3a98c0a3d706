/**
 * A request at the provider's door: counted by its network before anything is looked at, by the numbers that the
 * operator set. docs/decisions/0034-limits-everywhere.md.
 */
import { Effect, Result } from "effect"
import { limitNumbers, unchangedLimits } from "../../../domain/LimitSettings.ts"
import type { TooMany } from "../../../domain/RateLimit.ts"
import type { RequestLimitName } from "../../../domain/RequestLimit.ts"
import { LimitsInForce } from "../../ports/LimitsInForce.ts"
import { admitAddress, type Standing, Standings } from "./Admit.ts"
import type { Unavailable } from "../authorize/Outcome.ts"
import { settingsNow } from "../SettingsNow.ts"

export interface Door {
  readonly limit: RequestLimitName
  /** The network that it comes from, as it is counted. */
  readonly address: string | undefined
  /** Whether it is answered although nobody knows whether it may be: who asks is told that by the answer. */
  readonly isMonitor: boolean
}

/** The answer, or what is said instead of it; and how the request stands with every limit that counted it. */
export const admitRequest = Effect.fn("AdmitRequest")(function* <A, E, R, E2, R2>(
  { address, isMonitor, limit }: Door,
  answer: Effect.Effect<A, E, R>,
  refuse: (refusal: TooMany | Unavailable) => Effect.Effect<A, E2, R2>
) {
  const standings: Array<Standing> = []
  const answered = Effect.gen(function* () {
    const admitted = yield* Effect.result(admitAddress(limit, address))
    const isAnswered = Result.isSuccess(admitted) || (isMonitor && admitted.failure._tag !== "TooMany")
    return yield* isAnswered ? answer : refuse(admitted.failure)
  })
  const given = yield* answered.pipe(
    Effect.provideService(Standings, standings),
    Effect.provideService(LimitsInForce, yield* numbersInForce)
  )
  return { answer: given, standings: standings as ReadonlyArray<Standing> }
})

/** What the operator set, as far as this isolate knows; while nobody can tell, what the limits come as. */
const numbersInForce = settingsNow().pipe(
  Effect.map(({ limits }) => limitNumbers(limits)),
  Effect.catch((error) =>
    Effect.as(
      Effect.logWarning("settings").pipe(Effect.annotateLogs({ known: error._tag, operation: error.operation })),
      unchangedLimits
    )
  )
)
