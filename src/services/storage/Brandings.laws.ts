/** What every store of the look keeps. */
import { Equal, Schema } from "effect"
import { Branding } from "../../domain/Branding.ts"
import { Brandings, brandingCopyLifetime } from "./Brandings.ts"
import { oneRowLaws } from "./OneRow.laws.ts"

const encode = Schema.encodeSync(Branding)

export const brandingLaws = oneRowLaws({
  what: "the look",
  names: ["Branding.find", "Branding.copy", "Branding.set"],
  event: "branding.updated",
  copyLifetime: brandingCopyLifetime,
  find: Brandings.find,
  copy: Brandings.copy,
  set: Brandings.set,
  refusal: "BrandingChanged",
  make: (version, text) => new Branding({ name: text.slice(0, 40), light: {}, dark: {}, version }),
  isSame: (one, other) => Equal.equals(encode(one), encode(other))
})
