/** The applications that a person has allowed something, what each may do, and a button that takes it back. */
import { accountPaths } from "../../../domain/PagePath.ts"
import { html, type Html } from "../../../html/Html.ts"
import { type Asked, askedItems } from "../AskedList.ts"
import { named, type Page, textsOf } from "../Layout.ts"
import { clientNameOf, clientTile, logosOf, type ShownClient } from "../ShownClient.ts"
import { accountLayout, type AccountPageData } from "./AccountLayout.ts"
import { moment } from "./Moment.ts"

export interface ShownApplication extends ShownClient, Asked {
  readonly clientId: string
  /** Whether the client is still registered here. */
  readonly isRegistered: boolean
  /** Milliseconds. */
  readonly grantedAt: number
}

export interface ApplicationsPageData extends AccountPageData {
  readonly applications: ReadonlyArray<ShownApplication>
}

export const applicationsPage = (data: ApplicationsPageData): Page => {
  const { applications: own } = textsOf(data)
  return accountLayout(data, {
    section: "applications",
    images: [...new Set(data.applications.flatMap(logosOf))],
    main:
      data.applications.length === 0
        ? html`<p class="lede">${own.none}</p>`
        : html`<p class="lede">${own.lede}</p>
            ${data.applications.map((application) => entry(data, application))}`
  })
}

const entry = (data: ApplicationsPageData, application: ShownApplication): Html => {
  const { applications: own } = textsOf(data)
  const name = named(clientNameOf(data, application.clientName))
  return html` <section class="application">
    ${clientTile(application)}
    <h2>${name}</h2>
    <p class="hint">${own.since(moment(data, application.grantedAt))}</p>
    ${!application.isRegistered && html`<p class="hint">${own.gone}</p>`} ${askedItems({ ...data, ...application })}
    <form method="post" action="${accountPaths.applications}">
      <input type="hidden" name="interaction" value="${data.interaction}" />
      <button class="secondary" type="submit" name="client" value="${application.clientId}">
        ${own.withdraw(name)}
      </button>
    </form>
  </section>`
}
