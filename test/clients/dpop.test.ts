/** Client libraries with proofs of possession, where the operator demands no nonces. RFC 9449. */
import { dpopFlows } from "./DpopFlows.ts"

dpopFlows({})
