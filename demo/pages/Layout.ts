/** The frame of every page. */
import { type Content, type Html, html } from "../Html.ts"

export const layout = (title: string, issuer: URL, content: Content): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Demo app</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header class="bar">
          <a class="brand" href="/">${mark}<span>Demo app</span></a>
          <span class="provider">provider <a href="${discoveryDocument(issuer)}">${issuer.host}</a></span>
        </header>
        <main>${content}</main>
      </body>
    </html> `

/** A key's bow and bit, drawn here because the policy of these pages loads no images. */
const mark = html`<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
  <rect width="26" height="26" rx="7" fill="currentColor" />
  <g fill="none" stroke="var(--on-accent)" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">
    <circle cx="9.5" cy="13" r="3.6" />
    <path d="M13.1 13h7.1v3.2M16.8 13v2.4" />
  </g>
</svg>`

const discoveryDocument = (issuer: URL): string => `${issuer.href.replace(/\/$/, "")}/.well-known/openid-configuration`
