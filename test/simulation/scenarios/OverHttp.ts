/**
 * Races over the Worker's own HTTP surface: the same router, routes and pages, so that what a client is told is what is
 * judged. Whatever meets, and whatever fails: a status of the standards, never a 500, and nothing is stored by a cache.
 */
import { Effect, Exit } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { password } from "../../workerd/Fixtures.ts"
import type { Entry } from "../Entry.ts"
import { type Provider, redirectUri, relyingParty, verifier, withCode, withFamily, withUser } from "../Scene.ts"
import { type Answered, ask, basic, jsonOf } from "../UserAgent.ts"
import { isTold } from "./Audited.ts"
import { actionsOf, race, type Rule, saying } from "./Race.ts"

type Run = Parameters<Rule["judge"]>[0]

const post = (path: string, form: Readonly<Record<string, string>>) =>
  ask("POST", path, { form, headers: basic(relyingParty) })

const redeem = ({ code }: { readonly code: string }) =>
  post("/token", { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier })

const refresh = (refresh_token: string) => post("/token", { grant_type: "refresh_token", refresh_token })

const isStatus =
  (...statuses: ReadonlyArray<number>) =>
  ({ status }: Answered) =>
    statuses.includes(status)

const answersOf = (run: Run): ReadonlyArray<Answered> =>
  run.history.actions.filter(succeeded).map((action) => valueOf(action) as Answered)

/** RFC 6749 §5: 200, 400 or 401 and what they say; 503 where nobody knows; and no answer is kept by a cache. */
const answersAsTheStandardSays: Rule = {
  name: "Answer",
  judge: (run) => {
    for (const { body, headers, status } of answersOf(run)) {
      if (![200, 303, 400, 401, 422, 503].includes(status)) return `somebody was told ${status}`
      if (!(headers["cache-control"] ?? "").includes("no-store")) return `an answer of ${status} may be kept by a cache`
      const isJson = (headers["content-type"] ?? "").startsWith("application/json")
      if (isJson && status >= 400 && typeof jsonOf({ body })["error"] !== "string") {
        return `an answer of ${status} has no error`
      }
    }
    return undefined
  }
}

/** Where nothing goes wrong, somebody is served by each of these: otherwise the others would say nothing. */
const served = (...names: ReadonlyArray<string>): Rule => ({
  name: "Served",
  judge: (run) => {
    if (run.faults.length > 0) return undefined
    const idle = names.find((name) => !actionsOf(run, name).some(({ result }) => isServed(result)))
    return idle === undefined ? undefined : `nothing went wrong, and nobody was served: ${idle}`
  }
})

const isServed = (result: Exit.Exit<unknown, unknown> | undefined): boolean =>
  result !== undefined && Exit.isSuccess(result) && isStatus(200, 303)(result.value as Answered)

/** A code gave tokens once. */
const tokensOnce = once({ thing: "code", of: saying("redeem", isStatus(200)) })

/** What userinfo answers to tokens that were given, in runs that are meant. */
const statusAfter = (status: number, what: string, isMeant: (run: Run) => boolean): Rule =>
  durability<unknown, Provider>({
    kept: (run) =>
      isMeant(run)
        ? actionsOf(run, "redeem", "refresh")
            .filter((action) => succeeded(action) && isStatus(200)(valueOf(action) as Answered))
            .map((action) => String(jsonOf(valueOf(action) as Answered)["access_token"]))
            .map((token) => ({
              what,
              question: Effect.map(
                ask("GET", "/userinfo", { headers: { authorization: `Bearer ${token}` } }),
                (answer) => answer.status === status
              )
            }))
        : []
  })

const wasRefused = (run: Run): boolean =>
  answersOf(run).some(({ body, status }) => status === 400 && jsonOf({ body })["error"] === "invalid_grant")

/** The login page of a new browser: where its form goes, what it carries, and the cookie that binds it. */
const withLoginPage = Effect.gen(function* () {
  const scene = yield* withUser
  const query = new URLSearchParams({
    client_id: "rp",
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid profile",
    state: "s",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256"
  })
  const { cookies, headers } = yield* ask("GET", `/authorize?${query}`)
  const page = yield* ask("GET", headers["location"]?.replace("https://id.example", "") ?? "", {
    headers: { cookie: cookieText(cookies) }
  })
  const [, interaction = ""] = /name="interaction" value="([^"]+)"/.exec(page.body) ?? []
  return { ...scene, cookies, interaction }
})

const cookieText = (cookies: Readonly<Record<string, string>>): string =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ")

const signIn = ({ cookies, interaction }: { cookies: Readonly<Record<string, string>>; interaction: string }) =>
  ask("POST", "/login", {
    form: { interaction, login: "alice", password },
    headers: { cookie: cookieText(cookies), origin: "https://id.example" }
  })

export const overHttp: ReadonlyArray<Entry> = [
  race({
    name: "over HTTP: redeem/redeem",
    setup: withCode,
    clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
    oracles: [
      served("redeem"),
      tokensOnce,
      answersAsTheStandardSays,
      // A second use that arrives after its client hung up is a second use all the same.
      statusAfter(200, "what a code gave", (run) => !isTold(run, "code.reused")),
      statusAfter(401, "the end of what a code gave that was used again", wasRefused)
    ]
  }),
  race({
    name: "over HTTP: refresh/revoke",
    setup: withFamily,
    clients: ({ refreshToken }) => ({
      first: act("refresh", refresh(refreshToken)),
      second: act("revoke", post("/revoke", { token: refreshToken }))
    }),
    oracles: [
      served("revoke"),
      answersAsTheStandardSays,
      statusAfter(401, "the end of what a revoked family gave", (run) =>
        actionsOf(run, "revoke").some((action) => succeeded(action) && isStatus(200)(valueOf(action) as Answered))
      )
    ]
  }),
  race({
    name: "over HTTP: introspect/revoke",
    setup: withFamily,
    clients: ({ accessToken }) => ({
      first: act("introspect", post("/introspect", { token: accessToken })),
      second: act("revoke", post("/revoke", { token: accessToken }))
    }),
    oracles: [
      served("introspect", "revoke"),
      answersAsTheStandardSays,
      revocation({
        revoked: saying("revoke", isStatus(200)),
        accepted: saying("introspect", (answer: Answered) => jsonOf(answer)["active"] === true)
      })
    ]
  }),
  race({
    name: "over HTTP: login/login with one form",
    setup: withLoginPage,
    clients: (scene) => ({ first: act("login", signIn(scene)), second: act("login", signIn(scene)) }),
    oracles: [
      served("login"),
      answersAsTheStandardSays,
      once({ thing: "form", of: saying("login", ({ cookies }: Answered) => isSignedIn(cookies)) })
    ]
  })
]

const isSignedIn = (cookies: Readonly<Record<string, string>>): boolean =>
  Object.keys(cookies).some((name) => name.endsWith("hapax_session"))
