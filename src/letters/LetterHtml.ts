/**
 * A letter as HTML, of the little that mail programs agree on: no script, no image, nothing from elsewhere, so that
 * nobody learns that it was opened.
 *
 * Programs that know nothing of style sheets show it in order and legibly; the others in light or dark.
 */
import { html, type Html } from "../html/Html.ts"
import type { Written } from "./WriteLetter.ts"

export const letterHtml = (written: Written): string => {
  const { action, code, direction, language, lede, otherwise, sentBy, title } = written
  return html`<!doctype html>
    <html lang="${language}" dir="${direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${lede}</p>
          ${action !== undefined && actionHtml(action)} ${code !== undefined && codeHtml(code)}
          <p>${otherwise}</p>
          <p class="soft">${sentBy}</p>
        </main>
      </body>
    </html>`
    .toString()
    .replace(/\n\s+/g, "\n")
}

const actionHtml = ({ button, copyLink, lasts, link }: NonNullable<Written["action"]>): Html =>
  html`<p><a class="button" href="${link}">${button}</a></p>
    <p>${lasts}</p>
    <p class="soft">${copyLink}<br /><a href="${link}">${link}</a></p>`

const codeHtml = ({ code, keep, lasts, lede }: NonNullable<Written["code"]>): Html =>
  html`<p>${lede}</p>
    <p class="code">${code}</p>
    <p>${lasts} ${keep}</p>`

/** Colours for both schemes; a program that turns a letter dark by itself finds none that it would make illegible. */
const style = html`<style>
  :root {
    color-scheme: light dark;
  }
  body {
    margin: 0;
    background: #ffffff;
    color: #1d1c19;
    font:
      16px/1.5 -apple-system,
      "Segoe UI",
      Roboto,
      "Helvetica Neue",
      Arial,
      sans-serif;
  }
  main {
    max-width: 34rem;
    margin: 0 auto;
    padding: 2rem 1.25rem;
    overflow-wrap: anywhere;
  }
  h1 {
    margin: 0 0 1rem;
    font-size: 1.5rem;
    line-height: 1.25;
  }
  p {
    margin: 0 0 1rem;
  }
  a {
    color: #3f49c6;
  }
  .button {
    display: inline-block;
    padding: 0.75rem 1.5rem;
    border-radius: 0.75rem;
    background: #1d1c19;
    color: #ffffff;
    font-weight: 600;
    text-decoration: none;
  }
  .code {
    font:
      600 1.75rem/1.4 ui-monospace,
      Menlo,
      Consolas,
      monospace;
    letter-spacing: 0.12em;
  }
  .soft {
    color: #5e5b53;
    font-size: 0.875rem;
  }
  @media (prefers-color-scheme: dark) {
    body {
      background: #1b1b19;
      color: #f2f0ea;
    }
    a {
      color: #aab2ff;
    }
    .button {
      background: #f2f0ea;
      color: #1b1b19;
    }
    .soft {
      color: #aca89e;
    }
  }
</style>`
