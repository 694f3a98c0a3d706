/** The sentences of the page on which people upload a picture of themselves. */
import type { AvatarFault } from "../domain/Avatar.ts"

export interface PictureTexts {
  readonly picture: {
    readonly lede: string
    readonly none: string
    /** Read aloud in place of the picture. */
    readonly present: string
    readonly label: string
    readonly hint: string
    readonly upload: string
    readonly remove: string
    readonly problems: Record<AvatarFault | "missing" | "changed", string>
    readonly notices: Record<"saved" | "removed", string>
  }
}
