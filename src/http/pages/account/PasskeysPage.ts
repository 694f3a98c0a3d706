/** The page of one's passkeys: each with its name and use, and what can be done with it. ASVS 5.0 §6.5, §7.5. */
import { accountPaths, addPasskeyPath } from "../../../domain/PagePath.ts"
import type { Passkey } from "../../../domain/Passkey.ts"
import { html, type Html } from "../../../html/Html.ts"
import { named, type Page, textsOf } from "../Layout.ts"
import { accountLayout, type AccountPageData } from "./AccountLayout.ts"
import { moment } from "./Moment.ts"

export interface PasskeysPageData extends AccountPageData {
  readonly passkeys: ReadonlyArray<Passkey>
}

export const passkeysPage = (data: PasskeysPageData): Page => {
  const { passkeys: own } = textsOf(data)
  return accountLayout(data, {
    section: "passkeys",
    main: html`<p class="lede">${own.lede}</p>
      ${
        data.passkeys.length === 0
          ? html`<p>${own.none}</p>`
          : html`<ul class="entries">
              ${data.passkeys.map((passkey, index) => entry(data, passkey, index))}
            </ul>`
      }
      <p><a class="button secondary" href="${addPasskeyPath}" id="add">${own.add}</a></p>`
  })
}

const entry = (data: PasskeysPageData, passkey: Passkey, index: number): Html => {
  const { passkeys: own } = textsOf(data)
  const { backupEligible, createdAt, credentialId, lastUsedAt, name, suspected } = passkey
  return html` <li>
    <h2>${named(name)}</h2>
    ${suspected !== undefined && html`<p class="alert">${own.suspected(moment(data, suspected.at))}</p>`}
    <p class="hint">
      ${own.created(moment(data, createdAt))}<br />
      ${lastUsedAt === null ? own.neverUsed : own.used(moment(data, lastUsedAt))}<br />
      ${backupEligible ? own.synced : own.oneDevice}
    </p>
    <details>
      <summary>${own.renameOf(named(name))}</summary>
      <form method="post" action="${accountPaths.passkeys}">
        ${hidden(data, credentialId)}
        <div class="field">
          <label for="name-${index}">${own.name}</label>
          <input id="name-${index}" name="name" type="text" maxlength="64" required value="${name}" />
        </div>
        <button class="secondary" type="submit" name="action" value="rename">${own.rename}</button>
      </form>
    </details>
    <form method="post" action="${accountPaths.passkeys}">
      ${hidden(data, credentialId)}
      <button class="secondary" type="submit" name="action" value="remove" aria-label="${own.remove}: ${name}">
        ${own.remove}
      </button>
    </form>
  </li>`
}

const hidden = ({ interaction }: PasskeysPageData, credentialId: string): Html =>
  html`<input type="hidden" name="interaction" value="${interaction}" />
    <input type="hidden" name="credential" value="${credentialId}" />`
