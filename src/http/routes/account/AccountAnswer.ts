/**
 * What all pages of the account answer alike: they are one person's, shown in one browser, and whoever is not signed in
 * is sent to a login that leads back. RFC 9700 §4.7.
 */
import { Effect } from "effect"
import { displayName, type User } from "../../../domain/User.ts"
import type { Outcome } from "../../../services/flows/authorize/Outcome.ts"
import { bindBrowser } from "../../BrowserCookies.ts"
import type { Wish } from "../../PageFrame.ts"
import { pageResponse } from "../../PageResponse.ts"
import type { AccountPageData } from "../../pages/account/AccountLayout.ts"
import type { Page } from "../../pages/Layout.ts"
import { follow } from "../AuthorizeRoute.ts"

/** Whose page it is, what its forms carry, and the secret of the browser that it is bound to. */
export interface OwnPage {
  readonly user: User
  readonly form: string
  readonly secret: string
}

export const accountPage = Effect.fnUntraced(function* (
  { form, secret, user }: OwnPage,
  make: (data: AccountPageData) => Page,
  status = 200,
  wish: Wish = {}
) {
  const own = { userName: displayName(user), interaction: form }
  return yield* bindBrowser(yield* pageResponse((frame) => make({ ...frame, ...own }), status, wish), secret)
})

/** On to the login: the browser is given a secret with it if it has none, because the login is bound to one. */
export const answerSignIn = Effect.fnUntraced(function* (login: {
  readonly outcome: Outcome
  readonly secret: string
}) {
  return yield* bindBrowser(yield* follow(login.outcome), login.secret)
})
