/** The form that begins a sign-in. A GET: it changes nothing yet, and its address can be shared or scripted. */
import { type Html, html } from "../Html.ts"
import { PROMPTS, SCOPES } from "../SignIn.ts"

export const signInForm = (label: string): Html =>
  html`<form class="sign-in" method="get" action="/sign-in">
    <button id="sign-in" class="primary wide" type="submit">${label}</button>
    <fieldset>
      <legend>Scopes</legend>
      <div class="choices">${SCOPES.map(scopeBox)}</div>
    </fieldset>
    <div class="pair">
      <label
        >Prompt <code>prompt</code>
        <select name="prompt">
          <option value="">none chosen</option>
          ${PROMPTS.map((prompt) => html`<option value="${prompt}">${prompt} — ${PROMPT_MEANS[prompt]}</option>`)}
        </select>
      </label>
      <label
        >Maximum age <code>max_age</code>
        <input
          name="max_age"
          type="number"
          min="0"
          max="999999999"
          step="1"
          inputmode="numeric"
          placeholder="any, in seconds"
        />
      </label>
    </div>
    <p class="hint">
      Some providers give a refresh token only with <code>offline_access</code> and
      <code>prompt=consent</code> together.
    </p>
  </form>`

const scopeBox = (scope: string): Html =>
  html`<label class="choice" title="${SCOPE_MEANS[scope]}">
    <input
      type="checkbox"
      name="scope"
      value="${scope}"
      ${CHECKED.includes(scope) && html`checked`}
      ${scope === "openid" && html`disabled`}
    /><span>${scope}</span></label
  >`

/** `openid` cannot be taken away: without it the answer says nothing of who signed in. */
const CHECKED = ["openid", "profile", "email", "offline_access"]

const PROMPT_MEANS: Readonly<Record<string, string>> = {
  login: "sign in even if already signed in",
  consent: "ask for consent again",
  none: "show nothing, fail instead"
}

const SCOPE_MEANS: Readonly<Record<string, string>> = {
  openid: "Who you are: an ID token. Always asked for.",
  profile: "Name, picture, birthday and the like",
  email: "E-mail address, and whether it is verified",
  address: "Postal address",
  phone: "Telephone number, and whether it is verified",
  offline_access: "A refresh token"
}
