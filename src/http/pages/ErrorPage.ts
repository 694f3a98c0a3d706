/**
 * What a person sees when there is no client to send the error to. RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6.
 *
 * The elements `error`, `error-description` and `error-parameter` are found by their ids in every language.
 */
import { html, type Html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { type Frame, layout, type Page, textsOf } from "./Layout.ts"
import type { Problem } from "../../texts/FrameTexts.ts"
import { shownText } from "../../html/ShownText.ts"

export interface ErrorPageData extends Frame {
  readonly problem: Problem
  /** The OAuth error code. */
  readonly error: string
  /** What is wrong with an application's request, in English: its developers read the same in every language. */
  readonly detail?: string | undefined
  /** The request parameter that is missing or wrong. */
  readonly parameter?: string | undefined
  /** Finds this request in the log. */
  readonly reference?: string | undefined
}

export const errorPage = (data: ErrorPageData): Page => {
  const { error: own, frame } = textsOf(data)
  const { description, title } = own.problems[data.problem]
  return layout(data, {
    title: frame.errorTitle(title),
    images: [],
    form: false,
    main: html`${iconTile("alert")}
      <h1>${title}</h1>
      ${
        data.detail === undefined
          ? html`<p class="lede" id="error-description">${description}</p>`
          : html`<p class="lede">${description}</p>`
      }
      <dl>
        ${detail(own.detail, data.detail)} ${entry(own.code, "error", data.error)}
        ${entry(own.parameter, "error-parameter", data.parameter)}
        ${entry(own.reference, "error-reference", data.reference)}
      </dl>
      <p class="hint">${own.advice}</p>`
  })
}

const detail = (label: string, value: string | undefined): Html | undefined =>
  value === undefined
    ? undefined
    : html` <div>
        <dt>${label}</dt>
        <dd id="error-description" lang="en" dir="ltr">${shownText(value, 600)}</dd>
      </div>`

const entry = (label: string, id: string, value: string | undefined): Html | undefined =>
  value === undefined
    ? undefined
    : html` <div>
        <dt>${label}</dt>
        <dd>
          <code id="${id}"><bdi>${shownText(value, 120)}</bdi></code>
        </dd>
      </div>`
