/** What every home keeps when it issues a code: only in a session, only for what was allowed. OIDC Core §3.1.2. */
import { Clock, Effect } from "effect"
import { AccessTarget } from "../../domain/AccessTarget.ts"
import type { Issuance } from "../../domain/AuthorizationCode.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { Sessions } from "./Sessions.ts"
import {
  advance,
  changed,
  consentTo,
  expectRefusal,
  freshClientId,
  freshHash,
  freshIssuance,
  keyOf,
  lifetimes,
  online,
  redeemed,
  signedIn,
  withCode
} from "./World.laws.ts"

const issue = ["AuthorizationCode.issue"]
const approve = ["AuthorizationCode.approve"]
const redeem = ["AuthorizationCode.redeem"]

const minute = 60_000

const freshTarget = (audience: string) =>
  new AccessTarget({ audience, scopes: ["read", "write"], format: "jwt", lifetime: lifetimes.accessToken })

/** Somebody who has allowed a client these scopes before. */
const consented = Effect.fnUntraced(function* (scopes: ReadonlyArray<string> = online) {
  const scene = yield* withCode({ scopes })
  return { ...scene, again: (changes = {}) => freshIssuance(scene.session, { clientId: scene.clientId, ...changes }) }
})

export const issueLaws = [
  law(
    "OIDC Core §3.1.2.1: a code is issued for what was allowed before, with the login it was judged by",
    issue,
    Effect.gen(function* () {
      const { again, session, user } = yield* consented()
      const { grant } = yield* AuthorizationCodes.issue(yield* again({ scopes: ["openid"] }))
      yield* expectThat(grant.userId === user.id && grant.sid === session.sid, "it is this user's, of this session")
      yield* expectThat(
        grant.authentication.authTime === session.authentication.authTime,
        "auth_time is the login's time"
      )
    })
  ),
  law(
    "a code asked for again is the same code, and one that was redeemed is not made new",
    [...issue, ...redeem],
    Effect.gen(function* () {
      const { again } = yield* consented()
      const issuance = yield* again()
      const { grant: first } = yield* AuthorizationCodes.issue(issuance)
      yield* advance(1)
      const { grant: second } = yield* AuthorizationCodes.issue(issuance)
      yield* expectThat(second.codeExpiresAt === first.codeExpiresAt, "it lives no longer for being asked for again")
      yield* redeemed(issuance)
      yield* AuthorizationCodes.issue(issuance)
      yield* expectRefusal(redeemed(issuance), "reused", "a redeemed code stays redeemed")
    })
  ),
  law(
    "OIDC Core §3.1.2.6 login_required: no code without a session, or in one that has ended or has expired",
    [...issue, "Session.end"],
    Effect.gen(function* () {
      const { again, session } = yield* consented()
      const foreign = again({ sessionHash: yield* freshHash })
      yield* expectRefusal(Effect.flatMap(foreign, AuthorizationCodes.issue), "session", "a session nobody opened")
      yield* Sessions.end(keyOf(session))
      yield* expectRefusal(Effect.flatMap(again(), AuthorizationCodes.issue), "session", "a session that has ended")
      const other = yield* consented()
      yield* advance(lifetimes.sessionIdle)
      yield* expectRefusal(Effect.flatMap(other.again(), AuthorizationCodes.issue), "session", "a session nobody used")
    })
  ),
  law(
    "a session in use does not become idle: issuing a code is a use of it",
    [...issue, "Session.find"],
    Effect.gen(function* () {
      const { again, session } = yield* consented()
      yield* advance(lifetimes.sessionIdle - 1)
      yield* AuthorizationCodes.issue(yield* again())
      yield* advance(lifetimes.sessionIdle - 1)
      yield* expectThat((yield* Sessions.find(keyOf(session))) !== null, "it lives on from its last use")
    })
  ),
  law(
    "OIDC Core §3.1.2.1 max_age, prompt=login: no code for a login older than was asked for",
    issue,
    Effect.gen(function* () {
      const { again, session } = yield* consented()
      const { authTime } = session.authentication
      yield* AuthorizationCodes.issue(yield* again({ authenticatedSince: authTime }))
      const younger = again({ authenticatedSince: authTime + 1 })
      yield* expectRefusal(Effect.flatMap(younger, AuthorizationCodes.issue), "age", "the login is too old")
    })
  ),
  law(
    "OIDC Core §3.1.2.1 id_token_hint: no code for another user than the client expects",
    issue,
    Effect.gen(function* () {
      const { again, user } = yield* consented()
      yield* AuthorizationCodes.issue(yield* again({ subject: user.id }))
      const other = again({ subject: yield* freshUserId })
      yield* expectRefusal(Effect.flatMap(other, AuthorizationCodes.issue), "subject", "another user is expected")
    })
  ),
  law(
    "no code for a disabled user",
    [...issue, "User.change"],
    Effect.gen(function* () {
      const { again, user } = yield* consented()
      yield* changed(user, { status: "disabled" })
      yield* expectRefusal(Effect.flatMap(again(), AuthorizationCodes.issue), "session", "the user is disabled")
    })
  ),
  law(
    "OIDC Core §3.1.2.6 consent_required: no code for what was not allowed, to another client or by prompt=consent",
    issue,
    Effect.gen(function* () {
      const { again, issuance } = yield* consented(["openid"])
      const refused = (changes: object, sentence: string) =>
        expectRefusal(Effect.flatMap(again(changes), AuthorizationCodes.issue), "ConsentRequired", sentence)
      yield* refused({ clientId: yield* freshClientId }, "another client was allowed nothing")
      yield* refused({ scopes: ["openid", "email"] }, "a scope was not allowed")
      yield* refused({ scopes: ["openid"], claims: { ...issuance.claims, userinfo: ["email"] } }, "nor was a claim")
      yield* refused({ scopes: ["openid"], askAgain: true }, "prompt=consent asks in any case")
    })
  )
]

export const approveLaws = [
  law(
    "what was allowed to a client is not allowed to another that gets its id later, and the other's consent is new",
    [...approve, ...issue, ...redeem, "AccessToken.inspect"],
    Effect.gen(function* () {
      const { again, issuance } = yield* consented(["openid", "email"])
      const { jti } = yield* redeemed(issuance)
      const clientSince = (yield* Clock.currentTimeMillis) + minute
      yield* advance(2 * minute)
      const later = (scopes: ReadonlyArray<string>) => again({ clientSince, scopes })
      const issuing = Effect.flatMap(later(["openid"]), AuthorizationCodes.issue)
      yield* expectRefusal(issuing, "ConsentRequired", "the user has not been asked about this client")
      const asked = yield* later(["openid"])
      yield* AuthorizationCodes.approve({ issuance: asked, consent: yield* consentTo(asked) })
      yield* issuing
      const wider = Effect.flatMap(later(["openid", "email"]), AuthorizationCodes.issue)
      yield* expectRefusal(wider, "ConsentRequired", "what the other was allowed is not added to it")
      yield* expectThat((yield* AccessTokens.inspect(jti)) === null, "what the other was given is good no more")
    })
  ),
  law(
    "RFC 8707 §3: what was allowed at one resource server is not allowed at another, nor anything else there",
    [...issue, ...approve],
    Effect.gen(function* () {
      const [first, second] = [freshTarget("https://first.example"), freshTarget("https://second.example")]
      const scopes = [...online, "read"]
      const scene = yield* withCode({ scopes, targets: [first] })
      const again = (changes: Partial<Issuance>) =>
        freshIssuance(scene.session, { clientId: scene.clientId, ...changes })
      const issued = yield* AuthorizationCodes.issue(yield* again({ scopes, targets: [first] }))
      yield* expectThat(issued.grant.targets?.[0]?.audience === first.audience, "the grant remembers what it is for")
      const refused = (changes: Partial<Issuance>, sentence: string) =>
        Effect.flatMap(again(changes), (issuance) =>
          expectRefusal(AuthorizationCodes.issue(issuance), "ConsentRequired", sentence)
        )
      yield* refused({ scopes, targets: [second] }, "the same scope elsewhere")
      yield* refused({ scopes, targets: [first, second] }, "the same scope elsewhere too")
      yield* refused({ scopes: [...scopes, "write"], targets: [first] }, "another scope here")
      yield* AuthorizationCodes.approve({
        issuance: yield* again({ scopes, targets: [second] }),
        consent: yield* consentTo(yield* again({ scopes, targets: [second] }))
      })
      yield* AuthorizationCodes.issue(yield* again({ scopes, targets: [first, second] }))
      yield* refused({ scopes: [...scopes, "write"], targets: [second] }, "what was allowed is not more than that")
    })
  ),
  law(
    "approving writes down what is allowed and issues the code, in one",
    [...approve, ...issue, ...redeem],
    Effect.gen(function* () {
      const { again, issuance } = yield* consented(["openid"])
      yield* redeemed(issuance)
      yield* AuthorizationCodes.issue(yield* again({ scopes: ["openid"] }))
      const wider = yield* again({ scopes: ["openid", "email"], askAgain: true })
      const { grant } = yield* AuthorizationCodes.approve({ issuance: wider, consent: yield* consentTo(wider) })
      yield* expectThat(grant.scopes.includes("email"), "the code is for what was asked")
      yield* AuthorizationCodes.issue(yield* again({ scopes: ["openid", "email"] }))
    })
  ),
  law(
    "consent to more extends what was allowed, and what rests on it stands",
    [...approve, ...issue, "AccessToken.inspect"],
    Effect.gen(function* () {
      const { again, issuance } = yield* consented(["openid", "profile"])
      const { jti } = yield* redeemed(issuance)
      const wider = yield* again({ scopes: ["openid", "email"] })
      yield* AuthorizationCodes.approve({ issuance: wider, consent: yield* consentTo(wider) })
      yield* AuthorizationCodes.issue(yield* again({ scopes: ["openid", "profile", "email"] }))
      yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "an access token given before lives")
    })
  ),
  law(
    "nobody's consent is written down without a session",
    [...approve, ...issue],
    Effect.gen(function* () {
      const { session } = yield* signedIn
      const asked = yield* freshIssuance(session, { sessionHash: yield* freshHash })
      const approval = { issuance: asked, consent: yield* consentTo(asked) }
      yield* expectRefusal(AuthorizationCodes.approve(approval), "session", "there is no such session")
      const silent = yield* freshIssuance(session, { clientId: asked.clientId })
      yield* expectRefusal(AuthorizationCodes.issue(silent), "ConsentRequired", "nothing was written")
    })
  ),
  law(
    "consent to less than is asked gives no code, and writes nothing down",
    [...approve, ...issue],
    Effect.gen(function* () {
      const { session } = yield* signedIn
      const issuance = yield* freshIssuance(session)
      const consent = yield* consentTo(issuance, { scopes: ["openid"] })
      yield* expectRefusal(AuthorizationCodes.approve({ issuance, consent }), "ConsentRequired", "it is too little")
      const silent = yield* freshIssuance(session, { clientId: issuance.clientId, scopes: ["openid"] })
      yield* expectRefusal(AuthorizationCodes.issue(silent), "ConsentRequired", "nothing was written")
    })
  )
]
