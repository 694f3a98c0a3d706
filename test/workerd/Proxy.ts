/**
 * A plain HTTP proxy on a port of its own, in front of a server that comes later.
 *
 * The provider must know its issuer before it starts, and its port is only known after. Like a proxy in production it
 * forwards everything as it is, the Host header too.
 */
import { createServer, request as httpRequest } from "node:http"
import type { AddressInfo } from "node:net"

export interface Proxy {
  readonly port: number
  readonly forwardTo: (target: URL) => void
  readonly close: () => Promise<void>
}

export const startProxy = async (): Promise<Proxy> => {
  let target: URL | undefined
  const server = createServer((incoming, outgoing) => {
    if (target === undefined) {
      outgoing.writeHead(502).end()
      return
    }
    const { headers, method, url } = incoming
    const forward = httpRequest({ host: target.hostname, port: target.port, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    forward.on("error", () => outgoing.destroy())
    incoming.pipe(forward)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    port: (server.address() as AddressInfo).port,
    forwardTo: (url) => {
      target = url
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}
