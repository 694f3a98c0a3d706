/** What somebody signs in for: an application, a device, or their own account. RFC 8628 §3.3. */
import { html, type Html } from "../../html/Html.ts"
import { iconTile } from "./Icon.ts"
import { type Frame, named } from "./Layout.ts"
import { clientNameOf, clientTile, type ShownClient } from "./ShownClient.ts"

/** Without a client it is the own account, or a device, of which nothing is told before somebody has signed in. */
export interface SignInPurpose extends Frame, Partial<ShownClient> {
  /** For the person's own account. */
  readonly account?: boolean | undefined
}

/** How a page says it. */
export interface PurposeTexts {
  readonly continueTo: (client: Html) => Html
  readonly toAccount: string
  readonly connectDevice: string
}

export const clientOf = (data: SignInPurpose): ShownClient | undefined =>
  data.clientName === undefined ? undefined : { ...data, clientName: data.clientName }

export const purposeTile = (data: SignInPurpose): Html => {
  const client = clientOf(data)
  if (client !== undefined) return clientTile(client)
  return iconTile(data.account === true ? "profile" : "device")
}

export const purposeLede = (data: SignInPurpose, texts: PurposeTexts): Html => {
  const { account, clientName } = data
  if (clientName === undefined) return lede(account === true ? texts.toAccount : texts.connectDevice)
  return lede(texts.continueTo(html`<strong>${named(clientNameOf(data, clientName))}</strong>`))
}

const lede = (text: Html | string): Html => html`<p class="lede">${text}</p>`
