/** A relying party to try a provider with: it signs in, and shows what it got. OpenID Connect Core §3.1. */
import { timingSafeEqual } from "node:crypto"
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { type Cookie, sessionCookie } from "./Cookie.ts"
import { discoverLazily, parseIssuer } from "./Discovery.ts"
import { page, readForm, type Reply, send } from "./Http.ts"
import type { Mailbox } from "./Mailbox.ts"
import { answerMailbox } from "./MailboxRoutes.ts"
import { problemPage } from "./pages/Problem.ts"
import { problemFrom } from "./Problem.ts"
import { Refusal } from "./Refusal.ts"
import { type App, routeTo, type Visit } from "./Routes.ts"
import { type Session, Sessions } from "./Sessions.ts"

export type RelyingPartyOptions = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** 0 takes a free one. */
  readonly port: number
  /** What the browser sees; http://localhost:<port> if left out. */
  readonly baseUrl?: string
  /** The address to listen on; only this computer if left out. */
  readonly host?: string
  /** Shown at /mailbox, if the provider sends its letters there. */
  readonly mailbox?: Mailbox
}

export type RelyingParty = { readonly url: string; readonly close: () => Promise<void> }

export const startRelyingParty = async (options: RelyingPartyOptions): Promise<RelyingParty> => {
  const issuer = parseIssuer(options.issuer)
  const origin = options.baseUrl === undefined ? undefined : parseBaseUrl(options.baseUrl)
  const server = createServer()
  const port = await listen(server, options.port, options.host ?? "127.0.0.1")
  const url = origin ?? `http://localhost:${port}`
  const cookie = sessionCookie(url.startsWith("https:"))
  const app: App = {
    issuer,
    issuerIdentifier: options.issuer,
    clientId: options.clientId,
    redirectUri: `${url}/callback`,
    postLogoutRedirectUri: `${url}/signed-out`,
    mailbox: options.mailbox,
    provider: discoverLazily({ issuer, clientId: options.clientId, clientSecret: options.clientSecret }),
    sessions: new Sessions(1000)
  }
  server.on("request", async (request, response) => {
    const before = cookie.read(request.headers.cookie)
    const target = URL.parse(url + (request.url ?? "/")) ?? new URL(url)
    const visit: Visit = { app, query: target.searchParams, session: app.sessions.find(before) }
    const reply = await answer(visit, request, target).catch((failure: unknown) => {
      const problem = problemFrom(failure)
      return page(problem.status, problemPage(app, problem))
    })
    send(response, reply, issuer, cookieChange(cookie, before, visit.session))
  })
  return { url, close: () => close(server) }
}

const answer = async (visit: Visit, request: IncomingMessage, target: URL): Promise<Reply> => {
  const { issuer, mailbox } = visit.app
  const method = request.method ?? ""
  const asked = { method, target, host: request.headers.host }
  const letters = mailbox === undefined ? undefined : answerMailbox({ issuer, mailbox }, asked)
  if (letters !== undefined) return letters
  const handler = routeTo(method, target.pathname)
  if (request.method === "POST") checkCsrf(visit.session, await readForm(request))
  return handler(visit)
}

/** SameSite=Lax keeps other sites from posting with the cookie; the token keeps out what Lax calls the same site. */
const checkCsrf = (session: Session | undefined, form: URLSearchParams): void => {
  const expected = Buffer.from(session?.csrf ?? "")
  const given = Buffer.from(form.get("csrf") ?? "")
  if (session !== undefined && expected.length === given.length && timingSafeEqual(expected, given)) return
  throw new Refusal(403, "csrf", "This form is not from this session, or it is too old. Go back and try again.")
}

const cookieChange = (cookie: Cookie, before: string | undefined, session: Session | undefined): string | undefined => {
  if (session?.id === before) return undefined
  return session === undefined ? cookie.clear : cookie.set(session.id)
}

const parseBaseUrl = (baseUrl: string): string => {
  const url = URL.parse(baseUrl)
  if (url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin
  throw new Error(`The address of the demo must be an http or https origin without a path: ${baseUrl}`)
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
