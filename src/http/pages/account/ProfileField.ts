/** One field of the profile with its label, its hint and what is wrong with it. WCAG 2.2 §1.3.5, §3.3.1, §3.3.2. */
import { type FieldFault, type ProfileField, timeZones } from "../../../domain/ProfileFields.ts"
import { attribute, html, type Html } from "../../../html/Html.ts"
import { type Frame, textsOf } from "../Layout.ts"

export interface ShownField {
  readonly field: ProfileField
  readonly value: string
  readonly fault: FieldFault | undefined
}

/** What a browser may fill in by itself. HTML §4.10.18.7. */
const autocomplete: Record<ProfileField, string> = {
  name: "name",
  given_name: "given-name",
  family_name: "family-name",
  middle_name: "additional-name",
  nickname: "nickname",
  gender: "sex",
  birthdate: "bday",
  picture: "photo",
  profile: "url",
  website: "url",
  locale: "language",
  zoneinfo: "off",
  phone_number: "tel",
  street_address: "street-address",
  locality: "address-level2",
  region: "address-level1",
  postal_code: "postal-code",
  country: "country-name",
  formatted: "off"
}

/** Which keyboard a phone shows. The server alone judges what was typed, with a sentence in the page's language. */
const keyboards: { readonly [K in ProfileField]?: string } = {
  picture: "url",
  profile: "url",
  website: "url",
  phone_number: "tel"
}

export const profileField = (frame: Frame, shown: ShownField): Html => {
  const { profile: own } = textsOf(frame)
  const { fault, field } = shown
  const hint = own.hints[field]
  return html` <div class="field">
    <label for="${field}">${own.labels[field]}</label>
    ${hint !== undefined && html`<p class="hint" id="${field}-hint">${hint}</p>`} ${control(frame, shown)}
    ${fault !== undefined && html`<p class="error" id="${field}-error">${own.faults[fault]}</p>`}
  </div>`
}

const control = (frame: Frame, shown: ShownField): Html => {
  const { field, value } = shown
  if (field === "zoneinfo") return zones(frame, shown)
  if (field === "formatted" || field === "street_address") {
    return html`<textarea
      id="${field}"
      name="${field}"
      rows="${field === "formatted" ? 4 : 2}"
      autocomplete="${autocomplete[field]}"
      ${described(frame, shown)}
    >
${value}</textarea>`
  }
  return html`<input
    id="${field}"
    name="${field}"
    type="text"
    inputmode="${keyboards[field] ?? "text"}"
    autocomplete="${autocomplete[field]}"
    ${[attribute("value", value), ...described(frame, shown)]}
  />`
}

/** A zone that the platform knows by another name is one more entry: saving the page does not lose it. */
const zones = (frame: Frame, shown: ShownField): Html => {
  const { value } = shown
  const listed = value === "" || timeZones.includes(value) ? timeZones : [value, ...timeZones]
  // Without end tags, which HTML lets one leave out (§13.1.2.4): there are four hundred of them.
  return html`<select id="zoneinfo" name="zoneinfo" ${described(frame, shown)}>
    <option value="">
      ${textsOf(frame).profile.choose}${listed.map(
        (zone) => html`<option${attribute("selected", zone === value)}>${zone}`
      )}
  </select>`
}

const described = (frame: Frame, { fault, field }: ShownField) => {
  const ids = [
    ...(textsOf(frame).profile.hints[field] === undefined ? [] : [`${field}-hint`]),
    ...(fault === undefined ? [] : [`${field}-error`])
  ]
  return [
    attribute("aria-describedby", ids.length > 0 && ids.join(" ")),
    attribute("aria-invalid", fault !== undefined && "true")
  ]
}
