/** What somebody does in a swarm: deeds that are drawn from a seed, each of which starts from what there is by then. */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { RandomStream } from "../../../src/layers/test/RandomStream.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { approveConsent } from "../../../src/services/flows/authorize/ConsentStep.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { token } from "../../../src/services/flows/Token.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import {
  asks,
  type BoundBrowser,
  browserOf,
  codeOf,
  credentialsOf,
  form,
  type Provider,
  redeem,
  signIn,
  signOut
} from "../Scene.ts"
import { isUnavailable, patient } from "./Race.ts"

/** Somebody at a relying party, in a browser of their own. */
export interface Visit {
  readonly user: string
  readonly clientId: string
  /** Tells the browser from others. */
  readonly letter: string
  readonly scope: string
}

class Visitor {
  readonly visit: Visit
  browser: BoundBrowser
  /** The code that is to be redeemed, and the one that was redeemed last. */
  code: string | undefined
  spent: string | undefined
  tokens: TokenResponse | undefined
  /** The refresh token before the one at hand. */
  before: string | undefined

  constructor(visit: Visit) {
    this.visit = visit
    this.browser = browserOf(visit.letter)
  }

  get credentials() {
    return credentialsOf(this.visit.clientId)
  }
}

/** A refusal is an answer; only a provider that never answers ends a visit. */
const heard = <A, E, R>(name: string, flow: Effect.Effect<A, E, R>): Effect.Effect<A | undefined, E, R> =>
  Effect.catchIf(
    act(name, patient(flow)),
    (error) => !isUnavailable(error),
    () => Effect.succeed(undefined)
  )

/** Goes to the provider for a code, through as many pages as it takes. */
const authorizing = Effect.fnUntraced(function* (visitor: Visitor) {
  const { clientId, scope, user } = visitor.visit
  const asked = asks({ client_id: clientId, scope })
  let outcome: Outcome | undefined = yield* heard("authorize", authorize(asked, visitor.browser))
  for (let page = 0; page < 4 && outcome !== undefined; page++) {
    if (outcome._tag === "Login") {
      const answer: Effect.Success<ReturnType<typeof signIn>> | undefined = yield* heard(
        "login",
        signIn(outcome.sealed, visitor.browser, user)
      )
      if (answer?._tag === "SignedIn") visitor.browser = browserOf(visitor.visit.letter, answer.cookie)
      outcome = answer?._tag === "SignedIn" ? answer.outcome : answer?.next
    } else if (outcome._tag === "Consent") {
      outcome = yield* heard("approve", approveConsent(outcome.sealed, visitor.browser))
    } else break
  }
  if (outcome !== undefined) visitor.code = codeOf(outcome) ?? visitor.code
})

const redeeming = (again: boolean) =>
  Effect.fnUntraced(function* (visitor: Visitor) {
    const code = again ? visitor.spent : visitor.code
    if (code === undefined) return
    const tokens = yield* heard("redeem", redeem({ code }, visitor.credentials))
    visitor.spent = code
    visitor.code = undefined
    if (tokens === undefined) return
    visitor.tokens = tokens
    visitor.before = undefined
  })

const refreshing = (old: boolean) =>
  Effect.fnUntraced(function* (visitor: Visitor) {
    const refresh_token = old ? visitor.before : visitor.tokens?.refresh_token
    if (refresh_token === undefined) return
    const asked = form({ grant_type: "refresh_token", refresh_token })
    const tokens = yield* heard("refresh", token(visitor.credentials, asked))
    if (tokens === undefined) return
    visitor.tokens = tokens
    visitor.before = refresh_token
  })

const reading = Effect.fnUntraced(function* ({ credentials, tokens }: Visitor) {
  if (tokens === undefined) return
  yield* heard("userinfo", userInfo(tokens.access_token))
  yield* heard("introspect", introspect(credentials, tokens.refresh_token ?? tokens.access_token))
})

const revoking = Effect.fnUntraced(function* ({ credentials, tokens }: Visitor) {
  if (tokens !== undefined) yield* heard("revoke", revoke(credentials, tokens.refresh_token ?? tokens.access_token))
})

const leaving = Effect.fnUntraced(function* (visitor: Visitor) {
  yield* heard("logout", signOut(visitor.browser))
  visitor.browser = browserOf(visitor.visit.letter)
})

const waiting = (milliseconds: number) => () => Effect.sleep(milliseconds)

type Deed = (visitor: Visitor) => Effect.Effect<void, unknown, Provider>

/** As often as they should come. */
const deeds: ReadonlyArray<Deed> = [
  authorizing,
  authorizing,
  redeeming(false),
  redeeming(false),
  refreshing(false),
  refreshing(false),
  reading,
  reading,
  redeeming(true),
  refreshing(true),
  revoking,
  leaving,
  waiting(900),
  waiting(40_000)
]

/** Comes to a relying party, gets tokens, and does what the seed says with them. */
export const visiting = (visit: Visit, seed: string, length: number) => {
  const stream = new RandomStream(seed)
  const drawn = Array.from({ length }, () => deeds[stream.below(deeds.length)] as Deed)
  const plan: ReadonlyArray<Deed> = [authorizing, redeeming(false), ...drawn]
  return Effect.suspend(() => {
    const visitor = new Visitor(visit)
    return Effect.forEach(plan, (deed) => deed(visitor), { discard: true })
  })
}
