/** The sentences of the page on which people see and change their profile. */
import type { FieldFault, ProfileField } from "../domain/ProfileFields.ts"

export interface ProfileTexts {
  readonly profile: {
    readonly lede: string
    readonly labels: Record<ProfileField, string>
    /** Said under the label of a field that has a form of its own. */
    readonly hints: { readonly [K in ProfileField]?: string }
    readonly groups: Record<"person" | "links" | "place" | "phone" | "address", string>
    readonly faults: Record<FieldFault, string>
    readonly choose: string
    readonly save: string
    readonly saved: string
    readonly faulty: string
    readonly changed: string
    readonly fixedHeading: string
    readonly fixed: Record<"sub" | "username" | "email" | "updated", string>
    readonly fixedHint: string
    readonly verified: string
    readonly unverified: string
    readonly none: string
  }
}
