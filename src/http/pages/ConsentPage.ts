/** The page on which a person allows or refuses what an application asks for. OpenID Connect Core §3.1.2.4. */
import { type Asked, askedList } from "./AskedList.ts"
import { type Decidable, decisionForm } from "./DecisionForm.ts"
import { html } from "../../html/Html.ts"
import { account, type Frame, layout, named, type Page, textsOf } from "./Layout.ts"
import { clientLinks, clientNameOf, clientTile, logosOf, type ShownClient } from "./ShownClient.ts"

export interface ConsentPageData extends Frame, ShownClient, Asked, Decidable {
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
      ${decisionForm(data, own)}`,
    footer: clientLinks(data, data)
  })
}
