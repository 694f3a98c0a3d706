/** A real browser, and servers for it: the provider that shows the pages, and a client that people return to. */
import { existsSync, readFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { type Browser, chromium, type Page as Tab } from "playwright-core"
import type { Page } from "../../src/http/pages/Layout.ts"
import { markDocument } from "../../src/http/pages/Mark.ts"
import { stylesheet } from "../../src/http/pages/Style.ts"

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium"

export const chromiumIsThere = existsSync(executablePath)

export const howToInstall = `needs Chromium: \`apt-get install chromium\`, or CHROMIUM=/path/to/it`

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] })

/** What `Inspect.js` finds. */
export interface Found {
  readonly skeleton: ReadonlyArray<string>
  readonly comments: boolean
  readonly overflow: number
  readonly cut: ReadonlyArray<string>
  readonly unlabelled: ReadonlyArray<string>
  readonly faint: ReadonlyArray<string>
  readonly faintEdges: ReadonlyArray<string>
  readonly texts: number
  readonly small: ReadonlyArray<string>
  readonly zooms: ReadonlyArray<string>
  readonly headings: ReadonlyArray<number>
  readonly focusable: ReadonlyArray<string>
  readonly tops: ReadonlyArray<number>
  readonly focused: string
}

const inspection = readFileSync(join(import.meta.dirname, "Inspect.js"), "utf8")

export const inspect = (tab: Tab): Promise<Found> => tab.evaluate<Found>(inspection)

export interface Site {
  readonly origin: string
  readonly close: () => void
}

const listen = async (server: Server, host: string): Promise<Site> => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  return { origin: `http://${host}:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

/** A provider that shows `pages()`, keeps what is posted to it, and answers a post with a redirect. */
export const provider = (
  pages: () => Record<string, Page>,
  posted: Array<string>,
  redirectTo: () => string
): Promise<Site> =>
  listen(
    createServer((request, response) => {
      const path = (request.url ?? "/").slice(1)
      const page = pages()[path]
      if (request.method === "POST") {
        let body = ""
        request.on("data", (chunk) => (body += chunk))
        request.on("end", () => {
          posted.push(body)
          response.writeHead(303, { location: redirectTo() }).end()
        })
      } else if (path.startsWith("style.css")) {
        response.writeHead(200, { "content-type": "text/css" }).end(stylesheet)
      } else if (path === "icon.svg") {
        response.writeHead(200, { "content-type": "image/svg+xml" }).end(markDocument)
      } else if (path.startsWith("avatar/")) {
        response.writeHead(200, { "content-type": "image/svg+xml" }).end(logoDocument)
      } else if (page !== undefined) {
        const policy = { "content-security-policy": page.contentSecurityPolicy }
        response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...policy }).end(page.html)
      } else response.writeHead(404).end()
    }),
    "127.0.0.1"
  )

/** A client whose callback keeps what is posted, and leads on to another of its origins, as many do. */
export const client = (onward: () => string, posted: Array<string> = []): Promise<Site> =>
  listen(
    createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => (body += chunk))
      request.on("end", () => {
        if (request.url !== "/callback") {
          response.writeHead(200, { "content-type": "text/html" }).end("<title>The client</title>")
        } else {
          posted.push(body)
          response.writeHead(302, { location: onward() }).end()
        }
      })
    }),
    "localhost"
  )

/** The client's logo, which only the browser fetches. */
export const logoDocument = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">
<rect width="40" height="40" rx="8" fill="#c2410c"/>
<path d="M10 30V10h5l5 9 5-9h5v20" fill="none" stroke="#fff" stroke-width="4"/></svg>`
