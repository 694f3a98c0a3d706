/** What clients do in a round, and what they hear: the same words for workerd and for the model. */
import { Effect } from "effect"

export const actions = [
  "redeem",
  "refresh",
  "introspect access token",
  "introspect refresh token",
  "revoke access token",
  "revoke refresh token",
  "userinfo",
  "login",
  "logout",
  "authorize",
  "disable user",
  "enable user",
  "evict",
  "restart"
] as const

export type Action = (typeof actions)[number]

/** What a client has in its hands: at first what the scene gave it, then what it was answered last. */
export interface Holds {
  readonly user: string
  readonly browser: string
  readonly session: string | undefined
  /** The login form's sealed step. */
  readonly form: string
  readonly code: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly idToken: string
}

/** The outcome of a request whose connection broke: it was done, or not, or is done later, and nobody says so. */
export const noAnswer = "no answer"

export interface Answer {
  /** The class of the answer: what a client makes its next decision by. */
  readonly outcome: string
  /** What it gave. */
  readonly gives?: Partial<Holds>
}

export const scenes = ["code", "tokens", "online tokens", "online code", "login form"] as const

/** What there is before the clients begin. */
export type SceneName = (typeof scenes)[number]

/** Somebody who can be asked: the provider in workerd, or the model. */
export interface Side<R = never> {
  readonly scene: (name: SceneName) => Effect.Effect<Holds, unknown, R>
  readonly perform: (action: Action, holds: Holds) => Effect.Effect<Answer, never, R>
}

/** What an action is about: without it nobody is asked. */
const about: Readonly<Record<Action, keyof Holds>> = {
  redeem: "code",
  refresh: "refreshToken",
  "introspect access token": "accessToken",
  "introspect refresh token": "refreshToken",
  "revoke access token": "accessToken",
  "revoke refresh token": "refreshToken",
  userinfo: "accessToken",
  login: "form",
  logout: "idToken",
  authorize: "browser",
  "disable user": "user",
  "enable user": "user",
  evict: "user",
  restart: "user"
}

/** Does it with what the client holds; a client that was given nothing has nothing to ask with. */
export const step = <R>(side: Side<R>, action: Action, holds: Holds): Effect.Effect<Answer, never, R> =>
  holds[about[action]] === "" ? Effect.succeed({ outcome: "has nothing" }) : side.perform(action, holds)

export const nothing: Holds = {
  user: "alice",
  browser: "",
  session: undefined,
  form: "",
  code: "",
  accessToken: "",
  refreshToken: "",
  idToken: ""
}

/** The answer of the token endpoint, as a client keeps it. */
export const tokensGiven = (tokens: {
  readonly access_token?: string
  readonly refresh_token?: string
  readonly id_token?: string
}): Answer => ({
  outcome: "tokens",
  gives: {
    accessToken: tokens.access_token ?? "",
    refreshToken: tokens.refresh_token ?? "",
    idToken: tokens.id_token ?? ""
  }
})

/** Where the provider sends a browser: the error with which it comes back to the client, or what it is asked next. */
export const sentTo = (uri: string): string => {
  const { pathname, searchParams } = new URL(uri, "https://id.example")
  if (searchParams.has("code")) return "code"
  return searchParams.get("error") ?? `asked for ${pathname.slice(1)}`
}
