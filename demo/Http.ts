/** The little that this app needs of HTTP: reading a form, and answering with a page or a redirect. */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Html } from "./Html.ts"
import { Refusal } from "./Refusal.ts"

export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const page = (status: number, content: Html): Reply => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: content.markup
})

/** 303, so that the browser follows a POST with a GET, and a reload does not post again. */
export const redirect = (to: string | URL): Reply => ({ status: 303, headers: { location: String(to) }, body: "" })

export const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let body = ""
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk
    if (body.length > 10_000) throw new Refusal(413, "form_too_large", "The form is too large.")
  }
  return new URLSearchParams(body)
}

export const send = (response: ServerResponse, reply: Reply, issuer: URL, cookie: string | undefined): void => {
  response.writeHead(reply.status, {
    ...securityHeaders(issuer),
    ...reply.headers,
    ...(cookie === undefined ? {} : { "set-cookie": cookie })
  })
  response.end(reply.body)
}

const securityHeaders = (issuer: URL): Readonly<Record<string, string>> => ({
  // No scripts at all. Chromium applies form-action to the redirects that follow a form too, and signing in and out
  // are forms that end at the provider.
  "content-security-policy":
    `default-src 'none'; style-src 'self'; form-action 'self' ${issuer.origin}; ` +
    "base-uri 'none'; frame-ancestors 'none'",
  // Pages hold tokens, and the address of the callback holds a code.
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff"
})
