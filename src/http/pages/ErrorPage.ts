/**
 * What a person sees when there is no client to send the error to. RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6.
 *
 * The elements `error`, `error-description` and `error-parameter` are found by their ids in every language.
 */
import { html, type Html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { type Frame, layout, type Page, textsOf } from "./Layout.ts"
import { shownText } from "../../html/ShownText.ts"

export interface ErrorPageData extends Frame {
  readonly title: string
  /** The OAuth error code. */
  readonly error: string
  /** Says what is wrong, in words that do not change from one release to the next. */
  readonly description: string
  /** The request parameter that is missing or wrong. */
  readonly parameter?: string | undefined
  /** Finds this request in the log. */
  readonly reference?: string | undefined
}

export const errorPage = (data: ErrorPageData): Page => {
  const { error: own, frame } = textsOf(data)
  const title = shownText(data.title, 120)
  return layout(data, {
    title: frame.errorTitle(title),
    images: [],
    form: false,
    main: html`${iconTile("alert")}
      <h1>${title}</h1>
      <p class="lede" id="error-description">${shownText(data.description, 600)}</p>
      <dl>
        ${entry(own.code, "error", data.error)}${entry(own.parameter, "error-parameter", data.parameter)}${entry(
          own.reference,
          "error-reference",
          data.reference
        )}
      </dl>
      <p class="hint">${own.advice}</p>`
  })
}

const entry = (label: string, id: string, value: string | undefined): Html | undefined =>
  value === undefined
    ? undefined
    : html` <div>
        <dt>${label}</dt>
        <dd>
          <code id="${id}"><bdi>${shownText(value, 120)}</bdi></code>
        </dd>
      </div>`
