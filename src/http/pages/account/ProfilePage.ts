/** The page on which people see what is known of them, and change what they may say of themselves. OIDC Core §5.1. */
import { accountPaths } from "../../../domain/PagePath.ts"
import type { FaultyField, Filled, ProfileField } from "../../../domain/ProfileFields.ts"
import { addressFields } from "../../../domain/ProfileFields.ts"
import type { User } from "../../../domain/User.ts"
import { html, type Html } from "../../../html/Html.ts"
import { type Frame, named, type Page, textsOf } from "../Layout.ts"
import { accountLayout, type AccountPageData } from "./AccountLayout.ts"
import { moment } from "./Moment.ts"
import { profileField } from "./ProfileField.ts"

export interface ProfilePageData extends AccountPageData {
  readonly user: User
  /** What was typed, where it is shown again because something is wrong with it. */
  readonly filled?: Filled | undefined
  readonly faults?: ReadonlyArray<FaultyField> | undefined
}

/** The fields of each group, in the order in which people are used to them. */
const groups = {
  person: ["name", "given_name", "middle_name", "family_name", "nickname", "birthdate", "gender"],
  links: ["profile", "website", "picture"],
  place: ["locale", "zoneinfo"],
  phone: ["phone_number"],
  address: addressFields
} as const satisfies Record<string, ReadonlyArray<ProfileField>>

export const profilePage = (data: ProfilePageData): Page => {
  const { profile: own } = textsOf(data)
  return accountLayout(data, {
    section: "profile",
    main: html`<p class="lede">${own.lede}</p>
      ${fixed(data)}
      <form method="post" action="${accountPaths.profile}">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <input type="hidden" name="version" value="${data.user.version}" />
        ${(Object.keys(groups) as ReadonlyArray<keyof typeof groups>).map((group) => fieldset(data, group))}
        <button class="primary" type="submit" id="save">${own.save}</button>
      </form>`
  })
}

const fieldset = (data: ProfilePageData, group: keyof typeof groups): Html =>
  html` <fieldset>
    <legend>${textsOf(data).profile.groups[group]}</legend>
    ${groups[group].map((field) =>
      profileField(data, {
        field,
        value: data.filled?.[field] ?? valueOf(data.user, field),
        fault: data.faults?.find((one) => one.field === field)?.fault
      })
    )}
  </fieldset>`

const valueOf = ({ profile }: User, field: ProfileField): string => {
  const value = Object.entries({ ...profile.address, ...profile }).find(([name]) => name === field)?.[1]
  return typeof value === "string" ? value : ""
}

/** What is not changed here: sign-in names, and what the provider keeps. */
const fixed = (data: ProfilePageData): Html => {
  const { profile: own } = textsOf(data)
  const { id, profile, updatedAt } = data.user
  const { email, email_verified, phone_number, phone_number_verified, preferred_username } = profile
  return html`<section aria-labelledby="fixed">
    <h2 id="fixed">${own.fixedHeading}</h2>
    <dl>
      ${row(own.fixed.username, preferred_username === undefined ? own.none : named(preferred_username))}
      ${row(own.fixed.email, email === undefined ? own.none : html`${named(email)}${state(data, email_verified)}`)}
      ${
        phone_number !== undefined &&
        row(own.labels.phone_number, html`${named(phone_number)}${state(data, phone_number_verified)}`)
      }
      ${row(own.fixed.updated, moment(data, updatedAt))} ${row(own.fixed.sub, html`<code>${id}</code>`)}
    </dl>
    ${preferred_username !== undefined && html`<p class="hint">${own.fixedHint}</p>`}
  </section>`
}

const row = (term: string, value: Html | string): Html =>
  html` <div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`

const state = (frame: Frame, isVerified: boolean | undefined): Html => {
  const { profile: own } = textsOf(frame)
  return html` <span class="state">(${isVerified === true ? own.verified : own.unverified})</span>`
}
