/**
 * An authenticator in software, with whatever an honest one would not do. WebAuthn Level 3 §6 (authenticator model),
 * RFC 9052 §7 (COSE keys), RFC 8949 (CBOR). Its keys are Node's; nothing of the library that judges it is in it.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto"

export type Algorithm = "ES256" | "EdDSA" | "RS256" | "ES384"

/** What the page that asks says, and what one that lies would. */
export interface Asked {
  readonly challenge: string
  readonly origin: string
  readonly rpId: string
  readonly crossOrigin?: boolean
  readonly topOrigin?: string
  readonly type?: string
}

/** What an honest authenticator would have decided otherwise. */
export interface Bent {
  readonly userPresent?: boolean
  readonly userVerified?: boolean
  readonly signCount?: number
  readonly userHandle?: string
  readonly credentialId?: string
  readonly backupEligible?: boolean
  readonly backedUp?: boolean
  /** Changes what is signed after it was signed. */
  readonly forge?: (authenticatorData: Buffer) => Buffer
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url")

/** The few kinds of CBOR that a COSE key and an attestation without a statement are made of. */
const head = (major: number, value: number): Buffer => {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255])
}
const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value))
const byteString = (bytes: Uint8Array) => Buffer.concat([head(2, bytes.length), bytes])
const text = (value: string) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
const map = (entries: ReadonlyArray<readonly [Buffer, Buffer]>) =>
  Buffer.concat([head(5, entries.length), ...entries.flat()])

const keyPairs: Record<Algorithm, () => { readonly publicKey: KeyObject; readonly privateKey: KeyObject }> = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 })
}

const coseKey = (alg: Algorithm, key: KeyObject): Buffer => {
  const jwk = key.export({ format: "jwk" })
  const bytes = (member: string | undefined) => byteString(Buffer.from(member ?? "", "base64url"))
  const entry = (label: number, value: Buffer) => [integer(label), value] as const
  switch (alg) {
    case "ES256":
    case "ES384":
      return map([
        entry(1, integer(2)),
        entry(3, integer(alg === "ES256" ? -7 : -35)),
        entry(-1, integer(alg === "ES256" ? 1 : 2)),
        entry(-2, bytes(jwk.x)),
        entry(-3, bytes(jwk.y))
      ])
    case "EdDSA":
      return map([entry(1, integer(1)), entry(3, integer(-8)), entry(-1, integer(6)), entry(-2, bytes(jwk.x))])
    case "RS256":
      return map([entry(1, integer(3)), entry(3, integer(-257)), entry(-1, bytes(jwk.n)), entry(-2, bytes(jwk.e))])
  }
}

/** One passkey, and the authenticator around it. */
export class Authenticator {
  readonly credentialId = base64url(randomBytes(32))
  /** What it answers for `navigator.credentials.get`: it keeps the handle that the registration gave it. */
  userHandle = ""
  signCount: number
  private readonly alg: Algorithm
  private readonly keys: ReturnType<(typeof keyPairs)[Algorithm]>
  private readonly isSynced: boolean

  /** A synced one does not count. */
  constructor({ alg = "ES256", isSynced = false }: { readonly alg?: Algorithm; readonly isSynced?: boolean } = {}) {
    this.alg = alg
    this.keys = keyPairs[alg]()
    this.isSynced = isSynced
    this.signCount = 0
  }

  /** Another authenticator that holds the same key: a clone. */
  clone(): Authenticator {
    return Object.create(this, { signCount: { value: this.signCount, writable: true } }) as Authenticator
  }

  /** What `navigator.credentials.create` answers, as JSON. */
  create(asked: Asked, userHandle: string, bent: Bent = {}) {
    this.userHandle = userHandle
    const id = Buffer.from(bent.credentialId ?? this.credentialId, "base64url")
    const attested = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([id.length >> 8, id.length & 255]),
      id,
      coseKey(this.alg, this.keys.publicKey)
    ])
    const authData = Buffer.concat([this.authenticatorData(asked, bent, 0x40), attested])
    const attestation = map([
      [text("fmt"), text("none")],
      [text("attStmt"), map([])],
      [text("authData"), byteString(bent.forge?.(authData) ?? authData)]
    ])
    return {
      id: bent.credentialId ?? this.credentialId,
      rawId: bent.credentialId ?? this.credentialId,
      type: "public-key",
      response: {
        clientDataJSON: base64url(clientData("webauthn.create", asked)),
        attestationObject: base64url(attestation),
        transports: ["internal"]
      }
    }
  }

  /** What `navigator.credentials.get` answers, as JSON. */
  get(asked: Asked, bent: Bent = {}) {
    if (!this.isSynced) this.signCount++
    const client = clientData("webauthn.get", asked)
    const authData = this.authenticatorData(asked, bent, 0)
    const signed = Buffer.concat([authData, createHash("sha256").update(client).digest()])
    const hash = { ES256: "sha256", ES384: "sha384", EdDSA: null, RS256: "sha256" }[this.alg]
    return {
      id: bent.credentialId ?? this.credentialId,
      rawId: bent.credentialId ?? this.credentialId,
      type: "public-key",
      response: {
        clientDataJSON: base64url(client),
        authenticatorData: base64url(bent.forge?.(authData) ?? authData),
        signature: base64url(sign(hash, signed, this.keys.privateKey)),
        userHandle: bent.userHandle ?? this.userHandle
      }
    }
  }

  private authenticatorData(asked: Asked, bent: Bent, more: number): Buffer {
    const { backedUp = this.isSynced, backupEligible = this.isSynced, userPresent = true, userVerified = true } = bent
    const flags =
      (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | (backupEligible ? 0x08 : 0) | (backedUp ? 0x10 : 0) | more
    const count = Buffer.alloc(4)
    count.writeUInt32BE(bent.signCount ?? this.signCount)
    return Buffer.concat([createHash("sha256").update(asked.rpId).digest(), Buffer.from([flags]), count])
  }
}

const clientData = (type: string, { rpId: _rpId, ...asked }: Asked): Buffer =>
  Buffer.from(JSON.stringify({ crossOrigin: false, type, ...asked }))
