/** The application that sent the person here: its logo, and the links it registered. OpenID Connect Registration §2. */
import { html, type Html } from "../../html/Html.ts"
import { type Frame, textsOf } from "./Layout.ts"
import { isSafeUrl, policySource } from "../../html/SafeUrl.ts"
import { isVisible, monogram, shownText } from "../../html/ShownText.ts"

export interface ShownClient {
  readonly clientName: string
  readonly clientUri?: string | undefined
  readonly policyUri?: string | undefined
  readonly tosUri?: string | undefined
  /** Loaded by the person's browser, never by this provider. */
  readonly logoUri?: string | undefined
}

/** The client's name, or the words that stand for one that cannot be seen. */
export const clientNameOf = (frame: Frame, name: string): string =>
  isVisible(name) ? shownText(name) : textsOf(frame).client.unnamed

/** The client's logo, or its first letter. Its name always stands beside it, so neither is read aloud. */
export const clientTile = (client: ShownClient): Html =>
  logosOf(client).length === 0
    ? html`<span class="tile" aria-hidden="true">${monogram(client.clientName)}</span>`
    : html`<img class="tile" src="${client.logoUri}" alt="" width="56" height="56" referrerpolicy="no-referrer" />`

/** The logo, if it is an address that the page's policy can allow. */
export const logosOf = ({ logoUri }: ShownClient): ReadonlyArray<string> =>
  isSafeUrl(logoUri) && policySource(logoUri) !== undefined ? [logoUri] : []

/** Links to what the client says about itself. They open a new tab, so that the sign-in is not lost. */
export const clientLinks = (frame: Frame, client: ShownClient): Html | undefined => {
  const { client: own, frame: common } = textsOf(frame)
  const links = [
    { url: client.clientUri, text: own.website },
    { url: client.policyUri, text: own.policy },
    { url: client.tosUri, text: own.terms }
  ].filter(({ url }) => isSafeUrl(url))
  if (links.length === 0) return undefined
  return html`<nav aria-label="${own.about(clientNameOf(frame, client.clientName))}">
    <bdi class="about">${clientNameOf(frame, client.clientName)}</bdi>
    <ul>
      ${links.map(
        ({ url, text }) =>
          html` <li>
            <a href="${url}" target="_blank" rel="noopener noreferrer"
              >${text}<span class="unseen"> ${common.newTab}</span></a
            >
          </li>`
      )}
    </ul>
  </nav>`
}
