/**
 * An answer to the client as a form that the browser posts by itself; without scripts a person presses the button.
 * OAuth 2.0 Form Post Response Mode §2.
 *
 * It runs a script, which is always the same text: the policy allows it by its hash, and no other. Why the policy names
 * no `form-action`: docs/decisions/0014-what-the-authorization-endpoint-gives.md.
 */
import { html, type Html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { type Frame, layout, named, type Page, textsOf } from "./Layout.ts"

export interface FormPostPageData extends Frame {
  /** The redirect URI, http or https. */
  readonly uri: string
  /** Its host, as the person is told. */
  readonly host: string
  readonly fields: Readonly<Record<string, string>>
}

export const formPostPage = (data: FormPostPageData): Page => {
  const { formPost: own } = textsOf(data)
  // Its address would ask for another answer, and it is gone in a moment.
  return layout(
    { ...data, addresses: undefined },
    {
      title: own.title,
      images: [],
      form: true,
      script: submittingHash,
      main: html`${iconTile("leave")}
        <h1>${own.title}</h1>
        <p class="lede">${own.lede(html`<strong>${named(data.host)}</strong>`)}</p>
        <form method="post" action="${data.uri}">
          ${Object.entries(data.fields).map(field)}
          <button class="primary" type="submit" id="continue">${own.submit}</button>
        </form>
        ${script}`
    }
  )
}

const field = ([name, value]: readonly [string, string]): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`

/** Nothing in it is changed by being escaped, so it arrives as it was hashed. */
const submitting = "document.forms[0].submit()"

// Every character between the tags is part of the hash.
// oxfmt-ignore
const script = html`<script>${submitting}</script>`

/** The SHA-256 of `submitting`, as a policy names it (CSP Level 3 §2.3.1); a test computes it anew. */
const submittingHash = "sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE="
