/** Client libraries with proofs of possession, where the operator demands nonces. RFC 9449 §8. */
import { dpopFlows } from "./DpopFlows.ts"

dpopFlows({ DPOP_NONCES: "true" })
