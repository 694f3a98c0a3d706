/** The type of the token endpoint's flow, as an editor shows it and as the README quotes it. */
import type { Effect } from "effect"
import type { Digest, SecureRandom } from "effect/crypto"
import type { token } from "../../../src/services/flows/Token.ts"
import type { HeldPermits } from "../../../src/services/ports/HeldPermits.ts"
import type { ProviderConfig } from "../../../src/services/ports/ProviderConfig.ts"
import type { JwtVerifier } from "../../../src/services/ports/JwtVerifier.ts"
import type { RemoteFetch } from "../../../src/services/ports/RemoteFetch.ts"
import type { Sealer } from "../../../src/services/ports/Sealer.ts"
import type { Signer } from "../../../src/services/ports/Signer.ts"
import type { Eventual, Strong } from "../../../src/services/storage/Consistency.ts"

type Needs = Effect.Services<ReturnType<typeof token>>

// #region type
type Storage =
  | Strong<"Client.find"> // the client's record, from D1's primary
  | Strong<"Limit.take"> // only if what it showed was wrong, or may be found by trying
  | Strong<"Limit.giveBack">
  | Strong<"AuditLog.append"> // that it was wrong; and a client's own token, of which only the log knows
  | Strong<"Limit.lease"> // a block of permits, only if this isolate holds none for the client
  | Strong<"ResourceServer.find"> // what a client's own token is for, if it names that
  | Strong<"Role.find"> // what an administrator may do, only if the token is for the admin API
  | Strong<"Ticket.spend"> // the jti of an assertion or a proof, once
  | Strong<"AuthorizationCode.redeem"> // once, in the user's home
  | Strong<"RefreshToken.rotate"> // one live head, in the user's home
  | Strong<"Device.poll"> // once, where the device waits
  | Eventual<"SigningKey.copy"> // this isolate's copy of the key ring, at most 60 s old
  | Strong<"SigningKey.ring"> // the ring itself: only if no key signs yet
  | Strong<"SigningKey.install">
// #endregion

type Ports =
  | HeldPermits
  | ProviderConfig
  | JwtVerifier
  | RemoteFetch
  | Sealer
  | Signer
  | SecureRandom.SecureRandom
  | Digest.Digest

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

export const itIs: Same<Needs, Storage | Ports> = true
