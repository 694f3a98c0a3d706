/** A relying party's server that takes logout tokens: what came to which address, and how it answers. */
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { decodeJwt, type JWTPayload } from "jose"

export interface Received {
  /** The path that it was posted to, which names the client. */
  readonly path: string
  readonly contentType: string | undefined
  readonly token: string
  readonly claims: JWTPayload
}

export interface Receiver {
  readonly uriOf: (name: string) => string
  /** What came to an address, oldest first, once it is that many. */
  readonly of: (name: string, many: number) => Promise<ReadonlyArray<Received>>
  /** What came to all of them, in order. */
  readonly received: ReadonlyArray<Received>
  /** How an address answers, from now on; with an empty 200 unless it is told. */
  readonly answers: (name: string, answer: (response: ServerResponse, nth: number) => void) => void
  readonly close: () => Promise<void>
}

export const startReceiver = async (): Promise<Receiver> => {
  const received: Array<Received> = []
  const answers = new Map<string, (response: ServerResponse, nth: number) => void>()
  const open = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    open.add(response)
    let body = ""
    request.setEncoding("utf8").on("data", (part: string) => (body += part))
    request.on("end", () => {
      const path = request.url ?? ""
      const token = new URLSearchParams(body).get("logout_token") ?? ""
      received.push({ path, contentType: request.headers["content-type"], token, claims: decodeJwt(token) })
      const answer = answers.get(path) ?? ((it) => void it.end())
      answer(response, received.filter((one) => one.path === path).length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const of = (name: string) => received.filter(({ path }) => path === `/${name}`)
  return {
    received,
    uriOf: (name) => `http://127.0.0.1:${port}/${name}`,
    of: async (name, many) => {
      while (of(name).length < many) await new Promise((resolve) => setTimeout(resolve, 20))
      return of(name)
    },
    answers: (name, answer) => void answers.set(`/${name}`, answer),
    close: () => {
      for (const response of open) response.destroy()
      return new Promise((resolve) => void server.close(() => resolve()))
    }
  }
}
