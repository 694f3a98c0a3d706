/** The provider in real workerd, asked over HTTP by browsers and clients that send what they hold. */
import { createHash, randomUUID } from "node:crypto"
import { Effect, Redacted } from "effect"
import { disableUser, enableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { PasswordHasher } from "../../../src/services/ports/PasswordHasher.ts"
import { makeUser, password } from "../../workerd/Fixtures.ts"
import type { RunningProvider } from "../../workerd/Provider.ts"
import { redirectUri, registered, relyingParty, verifier } from "../Scene.ts"
import {
  type Action,
  type Answer,
  type Holds,
  noAnswer,
  nothing,
  type SceneName,
  sentTo,
  type Side,
  tokensGiven
} from "./Action.ts"

/** Whoever is signed in by a scene: one user for each scene, for what is done to the one concerns no other. */
export const newUser = (): string => `user-${randomUUID()}`

const authorization = `Basic ${btoa(`${relyingParty.clientId}:${Redacted.value(relyingParty.secret!)}`)}`

interface Heard {
  readonly status: number
  readonly location: string
  readonly cookies: Readonly<Record<string, string>>
  readonly text: string
}

/** Registers the relying party. */
export const prepare = (provider: RunningProvider) => provider.run(registered("rp"))

/** `users` are the names of those who exist and were in no scene yet. */
export const wire = (provider: RunningProvider, users: Array<string>): Side => {
  const ask = async (path: string, holds: Holds, form?: Readonly<Record<string, string>>): Promise<Heard> => {
    const session = holds.session === undefined ? "" : `; hapax_session=${holds.session}`
    const { response, text } = await reach(new URL(path, provider.issuer), {
      redirect: "manual",
      headers: { cookie: `hapax_browser=${holds.browser}${session}` },
      ...(form && { method: "POST", body: new URLSearchParams(form) })
    })
    return {
      status: response.status,
      location: response.headers.get("location") ?? "",
      cookies: Object.fromEntries(
        response.headers.getSetCookie().map((cookie) => {
          const [, name = "", value = ""] = /^hapax_(\w+)=([^;]*)/.exec(cookie) ?? []
          return [name, value]
        })
      ),
      text
    }
  }
  const post = async (path: string, form: Readonly<Record<string, string>>) => {
    const { text } = await reach(new URL(path, provider.issuer), {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams(form)
    })
    return bodyOf(text)
  }
  const asks: Asks = { ask, post, provider }
  return {
    scene: (name) => Effect.promise(() => sceneOf(asks, name, users.pop() ?? "nobody")),
    perform: (action, holds) => Effect.promise(() => perform(asks, action, holds).catch(unlessNoAnswer))
  }
}

interface Asks {
  readonly ask: (path: string, holds: Holds, form?: Readonly<Record<string, string>>) => Promise<Heard>
  readonly post: (path: string, form: Readonly<Record<string, string>>) => Promise<Body>
  readonly provider: RunningProvider
}

interface Body {
  readonly error?: string
  readonly active?: boolean
  readonly access_token?: string
  readonly refresh_token?: string
  readonly id_token?: string
}

const bodyOf = (text: string): Body => (text === "" ? {} : (JSON.parse(text) as Body))

/** The connection broke. */
class NoAnswer extends Error {}

/** The local platform's words, in the place of an answer, for a request that was under way when workerd ended. */
const interrupted = "Your worker restarted mid-request"

/**
 * How long a client waits (milliseconds): the local platform forgets some of the requests that were under way when it
 * ended. Giving up is as good as any other end: of what nobody answered the model says all that it may have come to.
 */
const patience = 5_000

const reach = async (url: URL, init: RequestInit): Promise<{ readonly response: Response; readonly text: string }> => {
  const broken = (problem: unknown) => {
    throw new NoAnswer("the connection broke", { cause: problem })
  }
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patience) }).catch(broken)
  const text = await response.text().catch(broken)
  if (text.startsWith(interrupted)) throw new NoAnswer(text)
  return { response, text }
}

const unlessNoAnswer = (problem: unknown): Answer => {
  if (problem instanceof NoAnswer) return { outcome: noAnswer }
  throw problem
}

const authorizeUrl = (changes: Readonly<Record<string, string>>): string => {
  const query = {
    client_id: "rp",
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid profile offline_access",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...changes
  }
  return `/authorize?${new URLSearchParams(query)}`
}

const stepOf = ({ location, text }: Heard): string => {
  const step = new URL(location, "https://id.example").searchParams.get("interaction")
  if (step === null) throw new Error(`no step, but ${location}\n${text}`)
  return step
}

const sceneOf = async ({ ask, post }: Asks, name: SceneName, user: string): Promise<Holds> => {
  const scope = name.startsWith("online") ? "openid profile" : "openid profile offline_access"
  const unknown = { ...nothing, user }
  const first = await ask(authorizeUrl({ scope }), unknown)
  const atForm = { ...unknown, browser: first.cookies["browser"] ?? "", form: stepOf(first) }
  if (name === "login form") return atForm
  const signed = await ask("/login", atForm, { interaction: atForm.form, login: user, password })
  const signedIn = { ...atForm, session: signed.cookies["session"] }
  const allowed = await ask("/consent", signedIn, { interaction: stepOf(signed), decision: "approve" })
  const code = codeOf(allowed)
  if (name === "code") return { ...signedIn, code }
  const { gives } = tokensGiven(await post("/token", redemption(code)))
  const held = { ...signedIn, code, ...gives }
  return name === "online code" ? { ...held, code: codeOf(await ask(authorizeUrl({ scope }), signedIn)) } : held
}

const codeOf = ({ location }: Heard): string => new URL(location, "https://id.example").searchParams.get("code") ?? ""

const redemption = (code: string) => ({
  grant_type: "authorization_code",
  code,
  redirect_uri: redirectUri,
  code_verifier: verifier
})

const perform = async ({ ask, post, provider }: Asks, action: Action, holds: Holds): Promise<Answer> => {
  const givesTokens = (body: Body): Answer => (body.error === undefined ? tokensGiven(body) : refused(body))
  const saysWhether = (body: Body): Answer =>
    body.error === undefined ? { outcome: body.active === true ? "active" : "inactive" } : refused(body)
  const says = (outcome: string) => (body: Body) => (body.error === undefined ? { outcome } : refused(body))
  switch (action) {
    case "redeem":
      return givesTokens(await post("/token", redemption(holds.code)))
    case "refresh":
      return givesTokens(await post("/token", { grant_type: "refresh_token", refresh_token: holds.refreshToken }))
    case "introspect access token":
      return saysWhether(await post("/introspect", { token: holds.accessToken }))
    case "introspect refresh token":
      return saysWhether(await post("/introspect", { token: holds.refreshToken }))
    case "revoke access token":
      return says("revoked")(await post("/revoke", { token: holds.accessToken }))
    case "revoke refresh token":
      return says("revoked")(await post("/revoke", { token: holds.refreshToken }))
    case "userinfo": {
      const headers = { authorization: `Bearer ${holds.accessToken}` }
      return says("claims")(bodyOf((await reach(new URL("/userinfo", provider.issuer), { headers })).text))
    }
    case "login":
      return loggedIn(await ask("/login", holds, { interaction: holds.form, login: holds.user, password }))
    case "logout": {
      const { location, status, text } = await ask(`/logout?id_token_hint=${holds.idToken}`, holds)
      return { outcome: status === 503 ? "unavailable" : location === "" ? "logged out" : `asked ${location}${text}` }
    }
    case "authorize": {
      const { location, status } = await ask(authorizeUrl({ prompt: "none" }), holds)
      return { outcome: status === 503 ? "unavailable" : sentTo(location) }
    }
    case "disable user":
    case "enable user":
      return provider.run((action === "disable user" ? disableUser : enableUser)(holds.user)).then(
        () => ({ outcome: "done" }),
        () => ({ outcome: "unavailable" })
      )
    case "restart":
      // Once Node has called it, all of workerd ends and begins anew; whatever is under way is cut off.
      await provider.run(Effect.void)
      await provider.evictObjects()
      return { outcome: "done" }
    case "evict":
      await provider.evictObjects()
      return { outcome: "done" }
  }
}

const refused = ({ error = "" }: Body): Answer => ({
  outcome: error === "temporarily_unavailable" ? "unavailable" : error
})

const loggedIn = ({ cookies, location, status, text }: Heard): Answer => {
  if (status === 503) return { outcome: "unavailable" }
  if (status === 303) return { outcome: `signed in, ${sentTo(location)}`, gives: { session: cookies["session"] } }
  if (status !== 422) return { outcome: `status ${status}` }
  return { outcome: text.includes('aria-invalid="true"') ? "try again: credentials" : "try again: expired" }
}

/** Makes users, each for one scene. They have one password, so it is hashed once. */
export const makeUsers = async (provider: RunningProvider, count: number): Promise<Array<string>> => {
  const names = Array.from({ length: count }, newUser)
  const made = Effect.gen(function* () {
    const hasher = yield* PasswordHasher
    const hashed = yield* hasher.hash(Redacted.make(password))
    yield* Effect.forEach(names, (name) => makeUser(name), { concurrency: 4 }).pipe(
      Effect.provideService(PasswordHasher, { ...hasher, hash: () => Effect.succeed(hashed) })
    )
  })
  await provider.run(made)
  return names
}
