/** Demonstrating proof of possession: what a request shows of a key. RFC 9449. */

/** The proofs of a request as they came, and what each of them has to be about. */
export interface ShownProof {
  /** The values of the `DPoP` header: one of them at most is right (§4.3). */
  readonly proofs: ReadonlyArray<string>
  /** The request's method, for `htm`. */
  readonly method: string
  /** The request's own address, for `htu`: the issuer's, whatever a proxy in front makes of it. */
  readonly uri: string
}

/** A request without a proof: whatever needs one refuses it. */
export const unproven: ShownProof = { proofs: [], method: "", uri: "" }
