/** The pages for the code that a device shows: entering it, and what came of it. RFC 8628 §3.3. */
import { attribute, html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { type Frame, layout, type Page, textsOf } from "./Layout.ts"

export interface DevicePageData extends Frame {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `interaction`. */
  readonly interaction: string
  /** What the field `user_code` holds already: from the link that a device shows, or as it was typed. */
  readonly userCode?: string | undefined
  /** No device waits under it, or its person has entered too many. */
  readonly problem?: "unknown" | "throttled" | undefined
}

export interface DeviceDecidedPageData extends Frame {
  readonly decision: "approved" | "denied"
}

export const devicePage = (data: DevicePageData): Page => {
  const { device: own, frame } = textsOf(data)
  const isWrong = data.problem !== undefined
  const wrong = [
    attribute("aria-describedby", isWrong && "error"),
    attribute("aria-invalid", isWrong && "true"),
    attribute("value", data.userCode?.slice(0, longestUserCode))
  ]
  return layout(data, {
    title: isWrong ? frame.errorTitle(own.title) : own.title,
    images: [],
    form: true,
    main: html`${iconTile("device")}
      <h1>${own.title}</h1>
      <p class="lede">${own.lede}</p>
      ${data.problem && html`<p class="alert" id="error" role="alert">${own[data.problem]}</p>`}
      <form method="post" action="${data.action}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <div class="field code">
          <label for="user_code">${own.userCode}</label>
          <input
            id="user_code"
            name="user_code"
            type="text"
            autocomplete="off"
            autocapitalize="characters"
            autocorrect="off"
            spellcheck="false"
            enterkeyhint="go"
            maxlength="${longestUserCode}"
            placeholder="XXXX-XXXX"
            required
            autofocus
            ${wrong}
          />
        </div>
        <button class="primary" type="submit" id="continue">${own.submit}</button>
      </form>
      <p class="hint">${own.onlyYours}</p>`
  })
}

/** Characters: eight letters, and room for whatever people put between them. */
const longestUserCode = 40

export const deviceDecidedPage = (data: DeviceDecidedPageData): Page => {
  const { device: own } = textsOf(data)
  const isApproved = data.decision === "approved"
  const title = isApproved ? own.approvedTitle : own.deniedTitle
  return layout(data, {
    title,
    images: [],
    form: false,
    main: html`${iconTile(isApproved ? "done" : "device")}
      <h1 id="${data.decision}">${title}</h1>
      <p class="lede">${isApproved ? own.approved : own.denied}</p>`
  })
}
