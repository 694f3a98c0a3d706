/**
 * The frame of every page, and what a page is: a document and the policy it must be sent with.
 *
 * A handler cannot send the one without having been given the other.
 */
import { contentSecurityPolicy, type Needs } from "./ContentSecurityPolicy.ts"
import { attribute, html, type Html } from "../../html/Html.ts"
import { mark } from "./Mark.ts"
import { isSafeUrl, policySource } from "../../html/SafeUrl.ts"
import { monogram, shownText } from "../../html/ShownText.ts"
import { stylesheetPath } from "./Style.ts"
import { defaultLanguage, directions, type Language, languageNames } from "../../domain/Language.ts"
import { type Texts, texts } from "../../texts/Texts.ts"

/** A page, ready to be sent. */
export interface Page {
  /** The body, `text/html; charset=utf-8`. */
  readonly html: string
  /** The value of the header Content-Security-Policy. */
  readonly contentSecurityPolicy: string
}

/** What every page may be told besides its own data. */
export interface Frame {
  readonly language?: Language | undefined
  /** How this provider calls itself. */
  readonly providerName?: string | undefined
  /** Whether letters can be sent; where they cannot, nothing is offered that needs one. */
  readonly mail?: boolean | undefined
  /** The address of its logo, loaded by the person's browser; the mark of Hapax if there is none. */
  readonly logo?: string | undefined
  /** The path of the style sheet of its branding, which changes with its text. */
  readonly style?: string | undefined
  /** Where this page is found in each language; undefined for one that nobody finds again. */
  readonly addresses?: ReadonlyArray<{ readonly language: Language; readonly address: string }> | undefined
}

export const defaultProviderName = "Hapax"

export const textsOf = (frame: Frame): Texts => texts[frame.language ?? defaultLanguage]

export const providerNameOf = (frame: Frame): string => shownText(frame.providerName ?? defaultProviderName, 40)

interface Parts extends Needs {
  readonly title: string
  readonly main: Html
  readonly footer?: Html | undefined
  /** A window of 500 pixels or a small part of a screen: the card fills it. OpenID Connect Core §3.1.2.1 `display`. */
  readonly compact?: boolean | undefined
  /** What is shown beside `main` on a large screen, and above it on a small one: the card is wide. */
  readonly aside?: Html | undefined
}

export const layout = (frame: Frame, parts: Parts): Page => {
  const providerName = providerNameOf(frame)
  const logo = framedLogo(frame)
  const language = frame.language ?? defaultLanguage
  const { frame: own } = textsOf(frame)
  return {
    html: html`<!doctype html>
<html lang="${language}" dir="${directions[language]}">
<head>
<meta charset="utf-8">
<title>${parts.title} · ${providerName}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${stylesheetPath}">${frame.style !== undefined && link(frame.style)}
</head>
<body${attribute("class", parts.compact === true ? "compact" : parts.aside !== undefined && "wide")}>
<header>${logo === undefined ? mark : image(logo)}<bdi>${providerName}</bdi></header>
<main>
${parts.aside === undefined ? parts.main : columns(parts.aside, parts.main)}
</main>
<footer>
${parts.footer ?? html`<p><a href="/">${own.about}</a></p>`}
${languageLinks(frame)}
</footer>
</body>
</html>
`.toString(),
    contentSecurityPolicy: contentSecurityPolicy({
      ...parts,
      images: [...parts.images, ...(logo === undefined ? [] : [logo])]
    })
  }
}

/** The logo, if it is an address that the page's policy can allow. */
const framedLogo = ({ logo }: Frame): string | undefined =>
  isSafeUrl(logo) && policySource(logo) !== undefined ? logo : undefined

const columns = (aside: Html, main: Html): Html =>
  html`<div class="beside">${aside}</div>
    <div class="content">${main}</div>`

const link = (style: string): Html => html`<link rel="stylesheet" href="${style}" />`

/** Its name stands beside it, so it is not read aloud. */
const image = (logo: string): Html =>
  html`<img class="logo" src="${logo}" alt="" height="28" referrerpolicy="no-referrer" />`

/** The same page in other languages: plain links, so that they need no script and keep the step. WCAG 2.2 §3.1.2. */
const languageLinks = (frame: Frame): Html | undefined => {
  if (frame.addresses === undefined) return undefined
  const here = frame.language ?? defaultLanguage
  return html`<nav class="languages" aria-label="${textsOf(frame).frame.languages}">
    <ul>
      ${frame.addresses.map(({ address, language }) =>
        language === here
          ? html` <li><span lang="${language}">${languageNames[language]}</span></li>`
          : html` <li>
              <a href="${address}" lang="${language}" hreflang="${language}">${languageNames[language]}</a>
            </li>`
      )}
    </ul>
  </nav>`
}

/** A name inside a sentence: isolated, so that its direction cannot reorder the words around it. */
export const named = (text: string): Html => html`<bdi>${shownText(text)}</bdi>`

/** The line that says whose account is meant. */
export const account = (label: string, name: string): Html =>
  html`<p class="account">
    <span class="monogram" aria-hidden="true">${monogram(name)}</span>
    <span>${label} <strong>${named(name)}</strong></span>
  </p>`
