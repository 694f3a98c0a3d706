/** The page on which people upload a picture of themselves, or take it away. OIDC Core §5.1. */
import { type AvatarId, avatarPath } from "../../../domain/Avatar.ts"
import { imageTypes } from "../../../domain/Image.ts"
import { accountPaths } from "../../../domain/PagePath.ts"
import { attribute, html, type Html } from "../../../html/Html.ts"
import type { PictureTexts } from "../../../texts/PictureTexts.ts"
import { type Page, textsOf } from "../Layout.ts"
import { accountLayout, type AccountPageData } from "./AccountLayout.ts"

export interface PicturePageData extends AccountPageData {
  readonly avatar: AvatarId | undefined
  readonly problem?: keyof PictureTexts["picture"]["problems"] | undefined
}

export const picturePage = (data: PicturePageData): Page => {
  const { picture: own } = textsOf(data)
  const { problem } = data
  return accountLayout(data, {
    section: "picture",
    main: html`<p class="lede">${own.lede}</p>
      ${present(data)}
      <form method="post" action="${accountPaths.picture}" enctype="multipart/form-data">
        <input type="hidden" name="interaction" value="${data.interaction}" />
        <input type="hidden" name="action" value="upload" />
        <div class="field">
          <label for="picture">${own.label}</label>
          <p class="hint" id="picture-hint">${own.hint}</p>
          <input
            id="picture"
            name="picture"
            type="file"
            accept="${imageTypes.join(",")}"
            required
            ${[
              attribute("aria-describedby", problem === undefined ? "picture-hint" : "picture-hint picture-error"),
              attribute("aria-invalid", problem !== undefined && "true")
            ]}
          />
          ${problem !== undefined && html`<p class="error" id="picture-error">${own.problems[problem]}</p>`}
        </div>
        <button class="primary" type="submit" id="upload">${own.upload}</button>
      </form>`
  })
}

/** The picture as it is now, and a button that takes it away. */
const present = (data: PicturePageData): Html => {
  const { picture: own } = textsOf(data)
  if (data.avatar === undefined) return html`<p>${own.none}</p>`
  return html`<img
      class="portrait"
      src="${`${avatarPath}/${data.avatar}`}"
      alt="${own.present}"
      width="128"
      height="128"
    />
    <form method="post" action="${accountPaths.picture}" enctype="multipart/form-data">
      <input type="hidden" name="interaction" value="${data.interaction}" />
      <input type="hidden" name="action" value="remove" />
      <button class="secondary" type="submit" id="remove">${own.remove}</button>
    </form>`
}
