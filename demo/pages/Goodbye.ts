/** The page to which the provider sends the browser after signing out. RP-Initiated Logout 1.0 §3. */
import { type Html, html } from "../Html.ts"
import { layout } from "./Layout.ts"

/** `own`: the sign-out was begun here. `remains`: somebody is signed in here all the same. */
export const goodbyePage = (app: { readonly issuer: URL }, own: boolean, remains: boolean): Html => {
  const title = remains ? "Still signed in" : "Signed out"
  return layout(
    title,
    app.issuer,
    html`<section class="card message">
      <h1>${title}</h1>
      <p id="signed-out">${sentence(own, remains)}</p>
      <p><a class="button" href="/">${remains ? "Back to the app" : "Sign in again"}</a></p>
    </section>`
  )
}

const sentence = (own: boolean, remains: boolean): string => {
  if (own) return "The provider sent you back with the state it was given. This app has forgotten you and your tokens."
  return remains
    ? "This sign-out was not begun here, so this app has not forgotten you. Use its own button to sign out."
    : "Nobody is signed in here."
}
