/**
 * Keys that sign for nobody: compared with where there is nothing to compare with, so that an answer takes as long for
 * a client that does not exist as for one that does. Their private halves were thrown away.
 */
import { Redacted } from "effect"
import type { JsonWebKey } from "../ports/JwtVerifier.ts"

export const decoySecret = Redacted.make("the secret of no client, as long as every algorithm wants it to be")

export const decoyKeys: Readonly<Record<"RSA" | "EC" | "OKP", JsonWebKey>> = {
  RSA: {
    kty: "RSA",
    n:
      "vnxW3me9VW2IGxX4hZDApKFxCYuJZBYRMzIYOiBqWABLSt8B4gIFGgUhhJUHOPPu21DCAHdgyVznUq1OwWL8szVo4cLZed3AklEAt8aAc-h" +
      "Ubr6uO3h1H1oZ1W4IVb99lrt8Ki-PureslDsnEF7T4H9N5dyFuH-OylgvX11eCX0vlr9wQjwiT0JsPZF5hNyGxENkRT9rhrcFFsNNaGO_MG" +
      "4jZLGP1AQW7fk93OzgQP0-8d64ZQ8gDVMWcmgWcFjhcKUwFBk9Ch4mlmY_supbnvmz4PEjcXJzJHpIt8Ogd4XinKfuRhv4SRGFE8gqkUnUm" +
      "EcuurK99PiMgzqqIMbmwQ",
    e: "AQAB"
  },
  EC: {
    kty: "EC",
    crv: "P-256",
    x: "0kR7tmggATH1nJDY7_O7LHLe69C_M_yYwoABZUeZ6iQ",
    y: "OihqHneeJdSVCjp4Sx_q4LKmvkKSIihcju9su-j-B9w"
  },
  OKP: { kty: "OKP", crv: "Ed25519", x: "HLO4kQ-zyMqHRMz6RB3788nwz0MC5RH1j3AHkYeUids" }
}

/** An ES256 key as a passkey's is kept (COSE, base64url). */
export const decoyPasskey =
  "pQECAyYgASFYIDUeXD8cyL3kWtuC6BwgMLddeuUkLUOKP8r6mIiw_DDQIlggP_mSbR503Fjssux0pURSlyAQnkhVLDxigK3s0PbhrRg"
