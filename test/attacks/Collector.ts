/** A server that takes whatever is posted to it, and tells what came: a collector, or an operator's webhook. */
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"

export interface Posted {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Collector {
  readonly url: string
  readonly posted: ReadonlyArray<Posted>
  /** Answers so from now on; null answers nothing at all. */
  answers: number | null
  readonly close: () => Promise<void>
}

export const startCollector = async (): Promise<Collector> => {
  const posted: Array<Posted> = []
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8").on("data", (part: string) => (body += part))
    request.on("end", () => {
      posted.push({ path: request.url ?? "", headers: request.headers, body })
      if (collector.answers !== null) response.writeHead(collector.answers).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    answers: 200,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  return collector
}
