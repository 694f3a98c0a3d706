/** The mailbox's pages, and its letters as JSON. */
import { page, type Reply } from "./Http.ts"
import type { Mailbox } from "./Mailbox.ts"
import { letterFrame, mailboxPage } from "./pages/Mailbox.ts"
import { Refusal } from "./Refusal.ts"

/** Answers a request for the mailbox; undefined if it is for something else. `host` is the one that was asked for. */
export const answerMailbox = (
  { issuer, mailbox }: { readonly issuer: URL; readonly mailbox: Mailbox },
  { host, method, target }: { readonly host: string | undefined; readonly method: string; readonly target: URL }
): Reply | undefined => {
  if ((method !== "GET" && method !== "HEAD") || !/^\/mailbox(\.json|\/html)?$/.test(target.pathname)) return undefined
  // A site that has its own name lead to this computer would otherwise be of one origin with these letters.
  if (!isOurs(host, target)) throw new Refusal(421, "misdirected_request", "The mailbox is not served by that name.")
  const id = target.searchParams.get("id")
  switch (target.pathname) {
    case "/mailbox.json":
      return {
        status: 200,
        headers: { "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify(mailbox.letters())
      }
    case "/mailbox": {
      const open = id === null ? mailbox.letters()[0] : mailbox.find(id)
      if (open === undefined && id !== null) throw new Refusal(404, "not_found", "There is no such letter any more.")
      const reply = page(200, mailboxPage(issuer, mailbox.letters(), open))
      return { ...reply, headers: { ...reply.headers, "content-security-policy": pagePolicy } }
    }
    case "/mailbox/html": {
      const letter = mailbox.find(id ?? "")
      if (letter === undefined) throw new Refusal(404, "not_found", "There is no such letter any more.")
      return {
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": letterPolicy },
        body: letterFrame(letter)
      }
    }
  }
  return undefined
}

const isOurs = (host: string | undefined, target: URL): boolean => {
  const asked = URL.parse(`http://${host}`)?.hostname ?? ""
  return asked === target.hostname || /^((.+\.)?localhost|127\.0\.0\.1|\[::1\])$/.test(asked)
}

const pagePolicy =
  "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

/** What came by mail runs no script and loads nothing, also when it is opened by itself. */
const letterPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; " +
  "sandbox allow-top-navigation-by-user-activation"
