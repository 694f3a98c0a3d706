/** Properties that several races have in common: each an oracle, and what it means for tokens and sessions. */
import { Effect } from "effect"
import { ProviderConfig } from "../../../src/services/ports/ProviderConfig.ts"
import { home } from "../../../src/services/flows/Home.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import type { Finished } from "../../../src/layers/test/Scenario.ts"
import type { AuditType } from "../../../src/domain/AuditEvent.ts"
import { CodeRefused, type Redemption } from "../../../src/domain/AuthorizationCode.ts"
import { RefreshRefused, type Rotation } from "../../../src/domain/RefreshToken.ts"
import { InvalidGrant } from "../../../src/domain/OAuthError.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { family } from "../../../src/layers/test/oracles/Family.ts"
import { liveness } from "../../../src/layers/test/oracles/Liveness.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { browserOf, type Provider, relyingParty } from "../Scene.ts"
import { isTold } from "./Audited.ts"
import {
  actionsOf,
  doing,
  isAcknowledged,
  operationsOf,
  overOperations,
  refusalOf,
  type Rule,
  type Told
} from "./Race.ts"

export const isInvalidGrant = (error: unknown): boolean => error instanceof InvalidGrant

/** Whether a token is good, as introspection says in peace. */
export const isActive = (token: string) => Effect.map(introspect(relyingParty, token), ({ active }) => active)

/** Whether userinfo answers to an access token. */
export const isAnswered = (token: string) =>
  userInfo(token).pipe(
    Effect.as(true),
    Effect.catchTag("InvalidToken", () => Effect.succeed(false))
  )

/** Whether a session cookie still names somebody. */
export const isSignedIn = (session: string) =>
  Effect.map(home(browserOf("b", session)), (userName) => userName !== undefined)

export const not = <E, R>(question: Effect.Effect<boolean, E, R>) => Effect.map(question, (answer) => !answer)

type Run = Finished<unknown, Provider>

/** What clients were given by actions of these names. */
export const responsesOf = (run: Told, ...names: ReadonlyArray<string>): ReadonlyArray<TokenResponse> =>
  actionsOf(run, ...names)
    .filter(succeeded)
    .map((action) => valueOf(action) as TokenResponse)

export const tokensGiven = (run: Told, ...names: ReadonlyArray<string>): ReadonlyArray<string> =>
  responsesOf(run, ...names).flatMap(({ access_token, refresh_token }) =>
    refresh_token === undefined ? [access_token] : [access_token, refresh_token]
  )

const redemptions = ["redeem", "refresh"] as const

/** A use of a code, or of one generation of a family, that storage answered: who, of what, when, and how. */
interface Use {
  readonly of: string
  readonly attempt: string
  /** Of a code 0. */
  readonly generation: number
  readonly grace: number
  readonly isGiven: boolean
  readonly executed: number
  readonly executedAt: number
}

const usesIn = (run: Told): ReadonlyArray<Use> =>
  operationsOf(run, "AuthorizationCode.redeem", "RefreshToken.rotate").flatMap((operation) => {
    const { call, executed, executedAt } = operation
    const isGiven = succeeded(operation)
    if (executed === undefined || executedAt === undefined) return []
    if (!isGiven && !(refusalOf(operation) instanceof CodeRefused || refusalOf(operation) instanceof RefreshRefused)) {
      return []
    }
    const [request] = call.request as readonly [Redemption | Rotation]
    const { generation, grace: allowed } = "generation" in request ? request : { generation: 0, grace: 0 }
    const of = `${call.operation} ${request.grantId} ${request.clientId}`
    return [{ of, attempt: request.attempt, generation, grace: allowed, isGiven, executed, executedAt }]
  })

/**
 * Whether something was used again: the client's own code by another attempt, a refresh token whose successor was used
 * already, or one that comes after its grace. Judged by what was asked and answered, for a step that forgets to see it
 * forgets to write its event too.
 */
const isUsedAgain = (run: Told): boolean => {
  const uses = usesIn(run)
  return uses.some(
    (again) =>
      !again.isGiven &&
      uses.some(
        (first) =>
          first.isGiven &&
          first.of === again.of &&
          first.attempt !== again.attempt &&
          first.executed < again.executed &&
          (first.generation > again.generation ||
            (first.generation === again.generation && again.executedAt - first.executedAt > again.grace) ||
            again.of.startsWith("AuthorizationCode.redeem"))
      )
  )
}

/** What a reused code or token gave is good for nothing from then on (RFC 6749 §4.1.2, RFC 9700 §4.14.2). */
export const reuseEndsAll: Rule = durability<unknown, Provider>({
  kept: (run) =>
    isUsedAgain(run) || isTold(run, "code.reused", "refresh.reused")
      ? tokensGiven(run, ...redemptions).map((token) => ({
          what: "the end of all that a reused code or token gave",
          question: not(isActive(token))
        }))
      : []
})

/** Access tokens that clients were given are good, unless one of these events says why not. */
export const givenIsGood = (...unless: ReadonlyArray<AuditType>): Rule =>
  durability<unknown, Provider>({
    kept: (run) =>
      isTold(run, "code.reused", "refresh.reused", ...unless)
        ? []
        : responsesOf(run, ...redemptions).map(({ access_token }) => ({
            what: "what a code or a refresh token gave",
            question: isAnswered(access_token)
          }))
  })

/** Once one of these was acknowledged, nothing that was given is good any more, and nothing of what there was. */
export const allFallsWith = (revoking: string, before: (scene: never) => ReadonlyArray<string> = () => []): Rule => ({
  name: "Durability",
  judge: (run) =>
    durability<unknown, Provider>({
      kept: () =>
        isAcknowledged(run, revoking)
          ? [...before(run.scene as never), ...tokensGiven(run, ...redemptions)].map((token) => ({
              what: `the end of a token by ${revoking}`,
              question: not(isActive(token))
            }))
          : []
    }).judge(run)
})

/** Once `revoking` was acknowledged, no operation of these names accepts anything. */
export const nothingAfter = (revoking: string, ...accepting: ReadonlyArray<string>): Rule =>
  overOperations(
    revocation({
      revoked: doing(revoking),
      accepted: (action) => {
        const isYes = accepting.includes(action.action) && succeeded(action) && saysYes(valueOf(action))
        return isYes ? "it" : undefined
      }
    })
  )

/** An answer that accepts: not nothing, and not an inactive token. */
const saysYes = (value: unknown): boolean =>
  value !== null && !(typeof value === "object" && value !== undefined && "active" in value && value.active === false)

/** One live head of the family, and none after a reuse. */
export const oneHead: Rule = {
  name: "Family",
  judge: (run) =>
    family<unknown, Provider>({
      tokens: (ended) => [
        { family: "grant", token: (ended.scene as { readonly refreshToken: string }).refreshToken },
        ...responsesOf(ended, ...redemptions).flatMap(({ refresh_token }) =>
          refresh_token === undefined ? [] : [{ family: "grant", token: refresh_token }]
        )
      ],
      isLive: isActive,
      reused: (ended: Run) => (isTold(ended, "code.reused", "refresh.reused") ? ["grant"] : [])
    }).judge(run)
}

/** Every client that goes on trying comes to an end. */
export const finishes: Rule = liveness<never>()

/** The grace in which the preceding refresh token gives the same successor again. */
export const grace = ProviderConfig.use(({ lifetimes }) => Effect.succeed(lifetimes.refreshGrace))
