/**
 * What every page is told besides its own data: who this provider is, and the language to say it in.
 *
 * A language that somebody chose by hand counts before the one that an application asks for, and that one before what
 * the browser asks for: docs/decisions/0026-look-and-languages.md.
 */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import { defaultLanguage, type Language, languages } from "../domain/Language.ts"
import { fromAcceptLanguage, fromUiLocales, lookUp } from "../domain/LanguageRange.ts"
import { showBranding } from "../services/flows/ShowBranding.ts"
import { ProviderConfig } from "../services/ports/ProviderConfig.ts"
import { readLanguage } from "./BrowserCookies.ts"
import { brandStyle, versionOf } from "./pages/BrandStyle.ts"
import type { Frame } from "./pages/Layout.ts"
import { pathText, queryText } from "./RequestTarget.ts"

/** What a route knows of the page that the request does not say. */
export interface Wish {
  /** The languages that the application asked for, the best first. OIDC Core §3.1.2.1. */
  readonly uiLocales?: ReadonlyArray<string>
  /** Where the same page is found by GET, if it is shown as the answer to a form: the path and query. */
  readonly address?: string
}

/** The parameter by which a page is asked for in another language. */
const parameter = "language"

/** The language that the link at the foot of a page asks for. */
export const chosenLanguage = HttpServerRequest.HttpServerRequest.use(({ url }) => {
  const asked = new URLSearchParams(queryText(url)).get(parameter)
  return Effect.succeed(languages.find((language) => language === asked))
})

/** The language of the answer to this request, and of a letter that it causes. */
export const pageLanguage = Effect.fnUntraced(function* ({ uiLocales }: Wish = {}) {
  const { headers, url } = yield* HttpServerRequest.HttpServerRequest
  const asked = uiLocales ?? fromUiLocales(new URLSearchParams(queryText(url)).get("ui_locales") ?? "")
  const language: Language =
    (yield* chosenLanguage) ??
    (yield* readLanguage()) ??
    lookUp(asked) ??
    lookUp(fromAcceptLanguage(headers["accept-language"] ?? "")) ??
    defaultLanguage
  return language
})

/** The frame of the page that answers this request. */
export const pageFrame = Effect.fnUntraced(function* (wish: Wish = {}) {
  const { method, url } = yield* HttpServerRequest.HttpServerRequest
  const { mail, name } = yield* ProviderConfig
  const address = wish.address ?? (method === "GET" || method === "HEAD" ? url : undefined)
  const branding = yield* showBranding()
  const style = brandStyle(branding)
  const frame: Frame = {
    mail,
    providerName: branding.name ?? name,
    logo: branding.logo,
    style: style === undefined ? undefined : `/brand.css?v=${versionOf(style)}`,
    language: yield* pageLanguage(wish),
    addresses: address === undefined ? undefined : inEachLanguage(address)
  }
  return frame
})

/** The address of the page in each language. A path with two slashes would be another site's. */
const inEachLanguage = (address: string): Frame["addresses"] => {
  if (!/^\/(?![/\\])/.test(address)) return undefined
  const query = new URLSearchParams(queryText(address))
  return languages.map((language) => {
    query.set(parameter, language)
    return { language, address: `${pathText(address)}?${query}` }
  })
}
