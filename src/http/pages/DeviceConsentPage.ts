/**
 * The page on which a person allows or refuses what an application on a device asks for. RFC 8628 §3.3, §5.4.
 *
 * It shows the code again: whoever did not start this has no device that shows the same.
 */
import { type Asked, askedList } from "./AskedList.ts"
import { type Decidable, decisionForm } from "./DecisionForm.ts"
import { html } from "../../html/Html.ts"
import { account, type Frame, layout, named, type Page, textsOf } from "./Layout.ts"
import { clientLinks, clientNameOf, clientTile, logosOf, type ShownClient } from "./ShownClient.ts"
import { shownText } from "../../html/ShownText.ts"

export interface DeviceConsentPageData extends Frame, ShownClient, Asked, Decidable {
  readonly userName: string
  /** As the device shows it. */
  readonly userCode: string
}

export const deviceConsentPage = (data: DeviceConsentPageData): Page => {
  const { device: own, frame } = textsOf(data)
  return layout(data, {
    title: own.confirmTitle(clientNameOf(data, data.clientName)),
    images: logosOf(data),
    form: true,
    main: html`${clientTile(data)}
      <h1>${own.confirmHeading(named(clientNameOf(data, data.clientName)))}</h1>
      ${account(frame.signedInAs, data.userName)}
      <p class="compare">${own.compare}<code id="user-code">${shownText(data.userCode, 20)}</code></p>
      ${askedList(data)}
      <p class="hint"><strong>${own.onlyYours}</strong> ${own.warning}</p>
      ${decisionForm(data, own)}`,
    footer: clientLinks(data, data)
  })
}
