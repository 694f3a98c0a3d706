/** The frame of the pages on which people look after their account: where one is, and where else one can go. */
import { accountPaths } from "../../../domain/PagePath.ts"
import { html, type Html } from "../../../html/Html.ts"
import { account, type Frame, layout, type Page, textsOf } from "../Layout.ts"

export type AccountSection = keyof typeof accountPaths

export interface AccountPageData extends Frame {
  readonly userName: string
  /** The hidden field `interaction` of every form on the page. */
  readonly interaction: string
  /** Said over everything else: what was just done, or what was wrong. */
  readonly notice?: Html | undefined
}

export const accountLayout = (
  data: AccountPageData,
  parts: {
    readonly section: AccountSection
    readonly main: Html
    readonly images?: ReadonlyArray<string>
    readonly script?: string | undefined
  }
): Page => {
  const { accountFrame: own, frame } = textsOf(data)
  return layout(data, {
    title: own.sections[parts.section],
    images: parts.images ?? [],
    form: true,
    script: parts.script,
    aside: html`${account(frame.signedInAs, data.userName)}
      <nav class="sections" aria-label="${own.navigation}">
        <ul>
          ${sectionsOf(data).map((section) => sectionLink(section, own.sections[section], section === parts.section))}
        </ul>
      </nav>`,
    main: html`<h1>${own.sections[parts.section]}</h1>
      ${data.notice} ${parts.main}`,
    footer: html`<p><a href="/logout">${own.signOut}</a></p>`
  })
}

/** An address is changed by a letter that is sent to it. */
const sectionsOf = ({ mail }: Frame): ReadonlyArray<AccountSection> =>
  (Object.keys(accountPaths) as ReadonlyArray<AccountSection>).filter((section) => section !== "email" || mail === true)

const sectionLink = (section: AccountSection, title: string, isHere: boolean): Html =>
  isHere
    ? html` <li><a href="${accountPaths[section]}" aria-current="page">${title}</a></li>`
    : html` <li><a href="${accountPaths[section]}">${title}</a></li>`
