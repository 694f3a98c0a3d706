/** The client of all measurements: one keep-alive connection of `node:http`, cookies kept, no redirect followed. */
import { Agent, type IncomingHttpHeaders, request as httpRequest } from "node:http"

export interface Answer {
  readonly url: URL
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Cookie {
  readonly name: string
  readonly path: string
  readonly value: string
}

export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  #cookies: ReadonlyArray<Cookie> = []

  get(url: URL | string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#send("GET", new URL(url), headers, undefined)
  }

  post(
    url: URL | string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {}
  ): Promise<Answer> {
    return this.#send("POST", new URL(url), headers, new URLSearchParams(form).toString())
  }

  /** As if the next request came from a new browser, over the connection that is open already. */
  forgetCookies(): void {
    this.#cookies = []
  }

  /** The next request opens a new connection. */
  disconnect(): void {
    this.#agent.destroy()
  }

  #send(method: string, url: URL, headers: Readonly<Record<string, string>>, body: string | undefined) {
    const cookie = this.#cookies
      .filter(({ path }) => url.pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ")
    const form = body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }
    return new Promise<Answer>((resolve, reject) => {
      const request = httpRequest(
        url,
        {
          agent: this.#agent,
          method,
          headers: {
            ...headers,
            ...form,
            ...(cookie === "" ? {} : { cookie }),
            "content-length": Buffer.byteLength(body ?? "")
          }
        },
        (response) => {
          let text = ""
          response.setEncoding("utf8")
          response.on("data", (chunk: string) => (text += chunk))
          response.on("error", reject)
          response.on("end", () => {
            for (const header of response.headers["set-cookie"] ?? []) this.#keep(header)
            resolve({ url, status: response.statusCode ?? 0, headers: response.headers, body: text })
          })
        }
      )
      request.on("error", reject)
      request.end(body)
    })
  }

  #keep(header: string): void {
    const [pair = "", ...attributes] = header.split(/; */)
    const attribute = (name: string) =>
      attributes.find((text) => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
    const cookie = {
      name: pair.slice(0, pair.indexOf("=")),
      value: pair.slice(pair.indexOf("=") + 1),
      path: attribute("path") ?? "/"
    }
    const others = this.#cookies.filter((old) => old.name !== cookie.name || old.path !== cookie.path)
    const gone = attribute("max-age") === "0" || attribute("expires")?.includes("1970") === true
    this.#cookies = gone ? others : [...others, cookie]
  }
}
