/** How mail is sent, as the operator says by variables and bindings: not at all, by a provider, or by Cloudflare. */
import { Redacted, Result } from "effect"
import { isOneAddress } from "../../../domain/Letter.ts"
import type { Email } from "../Bindings.ts"

/** Whom letters come from. */
export interface Sender {
  readonly name: string | undefined
  readonly address: string
}

export type MailSettings =
  | { readonly _tag: "None" }
  | {
      readonly _tag: "Provider"
      readonly from: Sender
      readonly url: string
      readonly key: Redacted.Redacted | undefined
    }
  | { readonly _tag: "Cloudflare"; readonly from: Sender; readonly binding: Email }

export interface MailVariables {
  /** `id@example.com` or `Example <id@example.com>`. */
  readonly MAIL_FROM?: string
  /** Where a provider takes letters as JSON. */
  readonly MAIL_URL?: string
  /** What the provider knows us by; a secret. */
  readonly MAIL_KEY?: string
  /** Cloudflare's own way. */
  readonly EMAIL?: Email
}

/** The settings, or a line that says what is wrong with them: a half-configured way loses letters without a word. */
export const readMail = (given: MailVariables): Result.Result<MailSettings, string> => {
  const { EMAIL, MAIL_FROM, MAIL_KEY, MAIL_URL } = given
  if (MAIL_URL === undefined && MAIL_KEY !== undefined) return Result.fail("MAIL_KEY is of no use without MAIL_URL")
  if (MAIL_URL === undefined && EMAIL === undefined) {
    return MAIL_FROM === undefined
      ? Result.succeed({ _tag: "None" })
      : Result.fail("MAIL_FROM needs a way to send: MAIL_URL, or a send_email binding of the name EMAIL")
  }
  if (MAIL_URL !== undefined && EMAIL !== undefined) {
    return Result.fail("there are two ways to send mail, MAIL_URL and the binding EMAIL: take one of them out")
  }
  const from = senderOf(MAIL_FROM ?? "")
  if (from === undefined) {
    return Result.fail(
      "MAIL_FROM must be the address that letters come from, such as Example <id@example.com>; " +
        `it is ${MAIL_FROM === undefined ? "missing" : JSON.stringify(MAIL_FROM)}`
    )
  }
  if (EMAIL !== undefined) return Result.succeed({ _tag: "Cloudflare", from, binding: EMAIL })
  const url = MAIL_URL ?? ""
  if (!isMailUrl(url)) {
    return Result.fail(
      "MAIL_URL must be an https address without credentials, such as https://api.resend.com/emails " +
        `(http only on localhost); it is ${JSON.stringify(url)}`
    )
  }
  if (MAIL_KEY !== undefined && !/^[\x21-\x7e]+$/.test(MAIL_KEY)) {
    return Result.fail("MAIL_KEY must be a key as the provider gave it, without spaces")
  }
  return Result.succeed({
    _tag: "Provider",
    from,
    url,
    key: MAIL_KEY === undefined ? undefined : Redacted.make(MAIL_KEY)
  })
}

/** One address, with a name before it or not; nothing that would be another header or another address. */
const senderOf = (text: string): Sender | undefined => {
  const [, name, inBrackets, alone] = /^(?:([^<>"\\,;:\p{Cc}]{1,80}) <(.*)>|(.*))$/u.exec(text) ?? []
  const address = inBrackets ?? alone ?? ""
  return isOneAddress(address) ? { name, address } : undefined
}

const isMailUrl = (text: string): boolean => {
  const url = URL.parse(text)
  if (url === null || url.username !== "" || url.password !== "") return false
  return url.protocol === "https:" || (url.protocol === "http:" && isOnThisComputer(url))
}

const isOnThisComputer = ({ hostname }: URL): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
