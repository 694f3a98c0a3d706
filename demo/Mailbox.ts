/**
 * A mailbox for letters that nobody should really get: it takes what the provider sends, and keeps the newest in
 * memory.
 *
 * It is taken in on a port of its own that only this computer reaches, and only with the key that the provider was
 * given: a letter in the mailbox is one that the provider sent.
 */
import { randomBytes, timingSafeEqual } from "node:crypto"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"

export type Letter = {
  readonly id: string
  /** When it came, as ISO 8601. */
  readonly at: string
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type Mailbox = {
  /** Newest first. */
  readonly letters: () => ReadonlyArray<Letter>
  readonly find: (id: string) => Letter | undefined
  /** The settings with which a provider sends here. */
  readonly variables: { readonly MAIL_FROM: string; readonly MAIL_URL: string; readonly MAIL_KEY: string }
  /** Every letter that is refused from now on is answered with this status; undefined takes them again. */
  readonly refuseWith: (status: number | undefined) => void
  readonly close: () => Promise<void>
}

/** How many letters are kept, and how many bytes one may have. */
const kept = 200
const longest = 100_000

export const openMailbox = async (): Promise<Mailbox> => {
  const letters = new Map<string, Letter>()
  const key = randomBytes(32).toString("base64url")
  let refusal: number | undefined
  const take = (letter: Letter): void => {
    // The provider may send a letter again whose answer it did not hear.
    if (letters.has(letter.id)) return
    letters.set(letter.id, letter)
    for (const id of letters.keys()) if (letters.size > kept) letters.delete(id)
  }
  const server = createServer(async (request, response) => {
    const status = refusal ?? (await receive(request, key, take).catch(() => 400))
    response.writeHead(status, { "content-type": "application/json" }).end("{}")
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    letters: () => [...letters.values()].toReversed(),
    find: (id) => letters.get(id),
    variables: { MAIL_FROM: "Hapax <hapax@localhost>", MAIL_URL: `http://127.0.0.1:${port}/`, MAIL_KEY: key },
    refuseWith: (status) => {
      refusal = status
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

/** The status that answers a request. */
const receive = async (request: IncomingMessage, key: string, take: (letter: Letter) => void): Promise<number> => {
  if (request.method !== "POST") return 405
  if (!isSame(request.headers.authorization ?? "", `Bearer ${key}`)) return 401
  let body = ""
  for await (const chunk of request.setEncoding("utf8")) {
    // Read to its end all the same: whoever sends it hears the answer only then.
    if (body.length <= longest) body += chunk
  }
  if (body.length > longest) return 413
  const said = JSON.parse(body) as Record<string, unknown>
  const text = (name: string) => (typeof said[name] === "string" ? said[name] : "")
  take({
    id: request.headers["idempotency-key"]?.toString() ?? randomBytes(16).toString("base64url"),
    at: new Date().toISOString(),
    from: text("from"),
    to: text("to"),
    subject: text("subject"),
    text: text("text"),
    html: text("html")
  })
  return 200
}

const isSame = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
