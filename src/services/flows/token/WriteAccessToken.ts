/** An access token as text: signed for all to read, or sealed for this provider alone. RFC 9068 §2, RFC 7662. */
import type { TokenFormat } from "../../../domain/AccessTarget.ts"
import type { ClientTokenClaims } from "../../../domain/ClientToken.ts"
import type { SigningKey } from "../../../domain/SigningKey.ts"
import type { AccessTokenClaims } from "../../../domain/Tokens.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { Signer } from "../../ports/Signer.ts"

export const writeAccessToken = (key: SigningKey, format: TokenFormat, claims: AccessTokenClaims | ClientTokenClaims) =>
  format === "jwt"
    ? Signer.use((signer) => signer.sign(key, "at+jwt", { ...claims }))
    : Sealer.use((sealer) => sealer.seal("access-token", { ...claims }))
