/** The letters that the provider sent, newest first, and one of them opened: its text, and its HTML in a frame. */
import { type Content, type Html, html } from "../Html.ts"
import type { Letter } from "../Mailbox.ts"
import { layout } from "./Layout.ts"

export const mailboxPage = (issuer: URL, letters: ReadonlyArray<Letter>, open: Letter | undefined): Html =>
  layout(
    "Mailbox",
    issuer,
    html`<div class="mailbox">
      <section>
        <h1>Mailbox</h1>
        <p class="hint">
          What the provider sent by e-mail. It went to nobody but this page, whatever the address; also as
          <a href="/mailbox.json">JSON</a>.
        </p>
        ${
          letters.length === 0
            ? html`<p class="empty" id="no-letters">No letter yet. <a href="/mailbox">Look again</a></p>`
            : html`<ol class="letters">
                ${letters.map((letter) => entry(letter, letter === open))}
              </ol>`
        }
      </section>
      ${open !== undefined && letterCard(open)}
    </div>`
  )

const entry = ({ at, id, subject, to }: Letter, isOpen: boolean): Html =>
  html`<li>
    <a class="${isOpen ? "open" : ""}" href="/mailbox?id=${encodeURIComponent(id)}">
      <strong>${subject}</strong>
      <span>${to}</span>
      <time datetime="${at}">${at.slice(0, 19).replace("T", " ")}</time>
    </a>
  </li>`

const letterCard = ({ at, from, id, subject, text, to }: Letter): Html =>
  html`<section class="card letter" aria-labelledby="subject-line">
    <h2 id="subject-line">${subject}</h2>
    <dl class="facts">
      <div>
        <dt>From</dt>
        <dd>${from}</dd>
      </div>
      <div>
        <dt>To</dt>
        <dd id="to">${to}</dd>
      </div>
      <div>
        <dt>Came</dt>
        <dd><time datetime="${at}">${at.slice(0, 19).replace("T", " ")}</time> UTC</dd>
      </div>
    </dl>
    <h3>As text</h3>
    <pre id="letter-text">${withLinks(text)}</pre>
    <h3>As HTML</h3>
    <iframe
      id="letter-html"
      title="The letter as HTML"
      sandbox="allow-top-navigation-by-user-activation"
      src="/mailbox/html?id=${encodeURIComponent(id)}"
    ></iframe>
  </section>`

/** The text with its addresses as links, as a mail program shows it. */
const withLinks = (text: string): ReadonlyArray<Content> =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part))

/** The letter's HTML as it is; what is pressed in it opens in the whole window. */
export const letterFrame = ({ html: markup }: Letter): string => markup.replace("<head>", '<head><base target="_top">')
