/** The page on which a browser makes a passkey. It needs a script, and says so where none runs. WebAuthn L3 §5.1.3. */
import { accountPaths, addPasskeyPath } from "../../../domain/PagePath.ts"
import { html } from "../../../html/Html.ts"
import { type Page, providerNameOf, textsOf } from "../Layout.ts"
import { addHash, addScript, type PasskeyAsked } from "../PasskeyScript.ts"
import { accountLayout, type AccountPageData } from "./AccountLayout.ts"

export interface AddPasskeyPageData extends AccountPageData {
  readonly asked: PasskeyAsked & {
    /** The user handle, base64url. */
    readonly user: string
    /** What the browser shows of the account when it asks which one is meant. */
    readonly account: string
    /** The credentials that there are: an authenticator that has one of them makes no other. */
    readonly known: ReadonlyArray<string>
  }
}

export const addPasskeyPage = (data: AddPasskeyPageData): Page => {
  const { passkeys: own } = textsOf(data)
  const { asked } = data
  return accountLayout(data, {
    section: "passkeys",
    script: addHash,
    main: html`<h2>${own.addTitle}</h2>
      <p class="lede">${own.addLede}</p>
      <p class="alert" id="no-passkeys">${own.unsupported}</p>
      <form
        method="post"
        action="${addPasskeyPath}"
        id="add-passkey"
        data-challenge="${asked.challenge}"
        data-rp="${asked.rpId}"
        data-provider="${providerNameOf(data)}"
        data-user="${asked.user}"
        data-account="${asked.account}"
        data-person="${data.userName}"
        data-known="${asked.known.join(" ")}"
        hidden
      >
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <input type="hidden" name="passkey" value="" />
        <div class="field">
          <label for="name">${own.name}</label>
          <input id="name" name="name" type="text" maxlength="64" required aria-describedby="name-hint" />
          <p class="hint" id="name-hint">${own.nameHint}</p>
        </div>
        <p class="alert" id="passkey-problem" role="alert" hidden>${own.problem}</p>
        <p class="alert" id="passkey-known" role="alert" hidden>${own.known}</p>
        <button class="primary" type="submit" id="create">${own.create}</button>
      </form>
      <p><a href="${accountPaths.passkeys}">${own.back}</a></p>
      ${addScript}`
  })
}
