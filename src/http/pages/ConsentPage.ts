/** The page on which a person allows or refuses what an application asks for. OpenID Connect Core §3.1.2.4. */
import { type Asked, askedList } from "./AskedList.ts"
import { html } from "./Html.ts"
import { account, type Frame, layout, named, type Page, textsOf } from "./Layout.ts"
import { clientLinks, clientNameOf, clientTile, logosOf, type ShownClient } from "./ShownClient.ts"

export interface ConsentPageData extends Frame, ShownClient, Asked {
  /** The path that the form is posted to. */
  readonly action: string
  /** The hidden field `interaction`. */
  readonly interaction: string
  readonly userName: string
  /** Where the browser goes next. The client chose its name itself; this it did not. */
  readonly redirectHost: string
}

export const consentPage = (data: ConsentPageData): Page => {
  const { consent: own, frame } = textsOf(data)
  return layout(data, {
    title: own.title(clientNameOf(data, data.clientName)),
    images: logosOf(data),
    form: true,
    main: html`${clientTile(data)}
      <h1>${own.heading(named(clientNameOf(data, data.clientName)))}</h1>
      ${account(frame.signedInAs, data.userName)} ${askedList(data)}
      <p class="hint">${own.returnTo(html`<strong>${named(data.redirectHost)}</strong>`)}</p>
      <form method="post" action="${data.action}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <button class="primary" type="submit" name="decision" value="approve" id="approve">${own.approve}</button>
        <button class="secondary" type="submit" name="decision" value="deny" id="deny">${own.deny}</button>
      </form>`,
    footer: clientLinks(data, data)
  })
}
