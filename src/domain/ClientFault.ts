/** What is wrong with a client's metadata: the member at fault, and why. RFC 7591 §3.2.2. */
import type { ClientMetadata } from "./ClientMetadata.ts"

export interface ClientFault {
  readonly field: keyof ClientMetadata
  /** The rest of a sentence that begins with the field. */
  readonly reason: string
}

/** A rule that members keep together, or each of them with the world around. */
export type ClientRule = (
  metadata: ClientMetadata,
  around: {
    /** The operator's development switch: this computer may be asked (`ProviderConfig`). */
    readonly allowLoopback: boolean
  }
) => ClientFault | undefined

/** The rules as one: the first that is broken says why. */
export const all =
  (...rules: ReadonlyArray<ClientRule>): ClientRule =>
  (metadata, around) => {
    for (const rule of rules) {
      const fault = rule(metadata, around)
      if (fault !== undefined) return fault
    }
    return undefined
  }
