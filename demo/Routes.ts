/** Every address of this app, and what it does. */
import type { Configuration } from "openid-client"
import type { Account } from "./Account.ts"
import { page, redirect, type Reply } from "./Http.ts"
import { goodbyePage } from "./pages/Goodbye.ts"
import { signedInPage } from "./pages/SignedIn.ts"
import { type Registration, signedOutPage } from "./pages/SignedOut.ts"
import { Refusal } from "./Refusal.ts"
import type { Session, Sessions } from "./Sessions.ts"
import { beginSignIn, finishSignIn, readOptions, strangeAnswer } from "./SignIn.ts"
import { beginSignOut, isOwnSignOut } from "./SignOut.ts"
import { styleReply } from "./Style.ts"
import { callUserinfo, introspect, refresh, revoke } from "./TokenUse.ts"

export type App = Registration & {
  readonly provider: () => Promise<Configuration>
  readonly sessions: Sessions
}

/** One request. A handler may start a session or end it: the cookie follows. */
export type Visit = { readonly app: App; readonly query: URLSearchParams; session: Session | undefined }

type Handler = (visit: Visit) => Promise<Reply> | Reply
type SignedInHandler = (provider: Configuration, session: Session, account: Account, app: App) => Promise<Reply> | Reply

const home: Handler = async ({ app, session }) => {
  if (session?.account === undefined) return page(200, signedOutPage(app))
  const notice = session.notice
  session.notice = undefined
  const metadata = (await app.provider()).serverMetadata()
  return page(200, signedInPage(app, session, session.account, metadata, notice, Date.now()))
}

const signIn: Handler = async (visit) => {
  const options = readOptions(visit.query)
  const provider = await visit.app.provider()
  visit.session ??= visit.app.sessions.create()
  return redirect(await beginSignIn(provider, visit.app.redirectUri, options, visit.session.attempts))
}

const callback: Handler = async ({ app, query, session }) => {
  if (session === undefined) throw strangeAnswer()
  const provider = await app.provider()
  const url = new URL(app.redirectUri)
  url.search = query.toString()
  const account = await finishSignIn(provider, url, session.attempts)
  session.account = account
  session.signingOut = undefined
  session.notice = "You are signed in."
  app.sessions.rename(session)
  await callUserinfo(provider, account)
  return redirect("/")
}

const signedOut: Handler = (visit) => {
  const own = isOwnSignOut(visit.session, visit.query.get("state"))
  if (own) endSession(visit)
  return page(200, goodbyePage(visit.app, own, visit.session?.account !== undefined))
}

const forget: Handler = (visit) => {
  endSession(visit)
  return redirect("/")
}

const endSession = (visit: Visit): void => {
  if (visit.session !== undefined) visit.app.sessions.delete(visit.session)
  visit.session = undefined
}

/** A button of the signed-in page; whoever is not signed in any more is shown the first page instead. */
const button =
  (handler: SignedInHandler): Handler =>
  async ({ app, session }) =>
    session?.account === undefined ? redirect("/") : handler(await app.provider(), session, session.account, app)

const done = (session: Session, notice: string): Reply => {
  session.notice = notice
  return redirect("/")
}

const routes: Readonly<Record<string, Handler>> = {
  "GET /": home,
  "HEAD /": home,
  "GET /style.css": styleReply,
  "GET /sign-in": signIn,
  "GET /callback": callback,
  "GET /signed-out": signedOut,
  "POST /forget": forget,
  "POST /refresh": button(async (provider, session, account) => {
    await refresh(provider, account)
    return done(session, "The tokens were refreshed.")
  }),
  "POST /userinfo": button(async (provider, session, account) => {
    await callUserinfo(provider, account)
    return done(session, "Userinfo was asked again.")
  }),
  "POST /introspect": button(async (provider, session, account) => {
    await introspect(provider, account)
    return done(session, "The access token was introspected.")
  }),
  "POST /revoke": button(async (provider, session, account) => {
    await revoke(provider, account)
    return done(session, "The access token was revoked. Call userinfo again to see it refused.")
  }),
  "POST /sign-out": button((provider, session, account, app) =>
    redirect(beginSignOut(provider, app.postLogoutRedirectUri, account.idToken, session))
  )
}

export const routeTo = (method: string, path: string): Handler => {
  const handler = routes[`${method} ${path}`]
  if (handler !== undefined) return handler
  throw new Refusal(404, "not_found", "There is no such page here.")
}
