/** Discovery, keys, front page and stylesheet. OIDC Discovery §4, RFC 8414 §3, RFC 7517 §5. */
import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { jwksMaxAge } from "../../domain/SigningKey.ts"
import { describeProvider } from "../../services/flows/DescribeProvider.ts"
import { home } from "../../services/flows/Home.ts"
import { showBranding } from "../../services/flows/ShowBranding.ts"
import { jwks } from "../../services/flows/keys/Keys.ts"
import { readBrowser } from "../BrowserCookies.ts"
import { answerErrors, jsonResponse } from "../OAuthErrorResponse.ts"
import { answerPageErrors, pageResponse } from "../PageResponse.ts"
import { queryText } from "../RequestTarget.ts"
import { brandStyle, versionOf } from "../pages/BrandStyle.ts"
import { homePage } from "../pages/HomePage.ts"
import { markDocument } from "../pages/Mark.ts"
import { stylesheet } from "../pages/Style.ts"

/** Clients may keep the document; it changes with a release. */
export const discoveryRoute = Effect.map(describeProvider(), (metadata) =>
  jsonResponse(metadata, { headers: { "cache-control": "public, max-age=300" } })
)

/** Kept shorter than a new key is published before it signs. */
export const jwksRoute = answerErrors(
  Effect.map(jwks(), (keys) => jsonResponse(keys, { headers: { "cache-control": `public, max-age=${jwksMaxAge}` } }))
)

export const homeRoute = answerPageErrors(
  Effect.gen(function* () {
    const userName = yield* home(yield* readBrowser())
    return yield* pageResponse((frame) => homePage({ ...frame, userName }))
  })
)

/** The stylesheet is found under an address that changes with its content. */
const immutable = { "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff" }

export const styleRoute = HttpServerResponse.text(stylesheet, {
  contentType: "text/css; charset=utf-8",
  headers: immutable
})

/** An address that names another text (an isolate is a minute behind) gets this one, and does not keep it. */
export const brandStyleRoute = Effect.gen(function* () {
  const { url } = yield* HttpServerRequest.HttpServerRequest
  const style = brandStyle(yield* showBranding()) ?? ""
  const isNamed = new URLSearchParams(queryText(url)).get("v") === versionOf(style)
  return HttpServerResponse.text(style, {
    contentType: "text/css; charset=utf-8",
    headers: isNamed ? immutable : { ...immutable, "cache-control": "no-store" }
  })
})

export const iconRoute = HttpServerResponse.text(markDocument, {
  contentType: "image/svg+xml",
  headers: { ...immutable, "cache-control": "public, max-age=86400" }
})
