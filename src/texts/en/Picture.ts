/** The sentences of the page on which people upload a picture of themselves. English. */
import type { PictureTexts } from "../PictureTexts.ts"

export const picture: PictureTexts = {
  picture: {
    lede: "Applications that you allow to see your profile see this picture. Whoever has its address can look at it.",
    none: "You haven’t uploaded a picture.",
    present: "Your picture",
    label: "New picture",
    hint: "JPEG, PNG, GIF or WebP, up to 5 MB. Where and with what it was taken is not kept.",
    upload: "Upload",
    remove: "Remove the picture",
    problems: {
      large: "The file is larger than 5 MB. Choose a smaller one.",
      type: "This is no JPEG, PNG, GIF or WebP. Choose another file.",
      damaged: "The file is damaged or incomplete. Choose another one.",
      pixels: "The picture is more than 8192 pixels wide or high. Choose a smaller one.",
      missing: "Choose a file first.",
      changed: "Your profile was changed somewhere else at the same time. Try again."
    },
    notices: {
      saved: "Your picture is saved.",
      removed: "Your picture is removed."
    }
  }
}
