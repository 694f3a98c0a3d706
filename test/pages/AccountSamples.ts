/** The pages of the account in every variant: one's profile, one's address, and what applications may do. */
import { applicationsPage } from "../../src/http/pages/account/ApplicationsPage.ts"
import { askedTexts } from "../../src/http/pages/AskedWords.ts"
import { emailConfirmPage, emailDeadPage, emailPage } from "../../src/http/pages/account/EmailPage.ts"
import { picturePage } from "../../src/http/pages/account/PicturePage.ts"
import { profilePage } from "../../src/http/pages/account/ProfilePage.ts"
import type { Frame, Page } from "../../src/http/pages/Layout.ts"
import { html } from "../../src/html/Html.ts"
import { Address, Profile, User } from "../../src/domain/User.ts"
import { AvatarId } from "../../src/domain/Avatar.ts"
import { UserId } from "../../src/domain/Ids.ts"
import type { Outside } from "./Samples.ts"

const userOf = (profile: Profile) =>
  new User({
    id: UserId.make(`1-0.${"A".repeat(22)}`),
    status: "active",
    profile,
    passwordHash: null,
    createdAt: 0,
    updatedAt: Date.UTC(2026, 0, 2),
    version: 3
  })

/** A name in a profile is no longer. */
const fit = (o: Outside): Outside =>
  Object.fromEntries(Object.entries(o).map(([name, text]) => [name, text.slice(0, 256)])) as unknown as Outside

const fullOf = (o: Outside) =>
  new Profile({
    name: o.user,
    nickname: o.user,
    preferred_username: o.login,
    email: o.login,
    email_verified: true,
    gender: o.claim,
    birthdate: o.scope,
    zoneinfo: "Europe/London",
    website: o.client,
    phone_number: o.description,
    phone_number_verified: false,
    address: new Address({ formatted: o.description, country: o.client })
  })

export const accountPages = (frame: Frame, o: Outside, logoUri: string): Record<string, Page> => {
  const own = { ...frame, mail: true, providerName: o.provider, userName: o.user, interaction: o.interaction }
  const typed = fit(o)
  const filled = { name: typed.user, birthdate: typed.description, website: typed.error, country: typed.host }
  const application = {
    clientId: o.client,
    clientName: o.client,
    isRegistered: true,
    grantedAt: Date.UTC(2026, 0, 2),
    scopes: askedTexts(frame, ["openid", "profile", o.scope], [{ name: o.host, scopes: [o.scope] }]),
    claims: ["given_name", o.claim],
    offlineAccess: true
  }
  return {
    "account-applications": applicationsPage({
      ...own,
      applications: [
        { ...application, logoUri },
        { ...application, isRegistered: false, scopes: [], claims: [], offlineAccess: false }
      ],
      notice: html`<p role="status" class="notice">${o.description}</p>`
    }),
    "account-applications-none": applicationsPage({ ...own, applications: [] }),
    "account-email": emailPage({ ...own, email: o.login, isVerified: true }),
    "account-email-refused": emailPage({
      ...own,
      email: undefined,
      isVerified: false,
      typed: o.user,
      problem: "address"
    }),
    "account-email-confirm": emailConfirmPage({ ...own, token: o.parameter, to: o.login }),
    "account-email-dead": emailDeadPage({ ...own, problem: "taken" }),
    "account-picture": picturePage({
      ...own,
      avatar: AvatarId.make("A".repeat(43)),
      notice: html`<p role="status" class="notice">${o.description}</p>`
    }),
    "account-picture-refused": picturePage({ ...own, avatar: undefined, problem: "pixels" }),
    "account-profile": profilePage({
      ...own,
      user: userOf(fullOf(fit(o))),
      notice: html`<p role="status" class="notice">${o.description}</p>`
    }),
    "account-profile-empty": profilePage({ ...own, mail: false, user: userOf(new Profile({})) }),
    "account-profile-faulty": profilePage({
      ...own,
      user: userOf(fullOf(fit(o))),
      filled,
      faults: [
        { field: "birthdate", fault: "birthdate" },
        { field: "website", fault: "url" },
        { field: "country", fault: "long" }
      ],
      notice: html`<p role="alert" class="alert">${o.description}</p>`
    })
  }
}
