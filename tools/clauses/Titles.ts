/** The clauses that the titles of tests and laws quote, read from their sources. */
import { readFileSync } from "node:fs"

/** One clause as a title quotes it. */
export interface Quoted {
  /** The specification's name, as `Specifications.ts` has it. */
  readonly specification: string
  readonly section: string
  readonly file: string
  readonly title: string
}

const names: ReadonlyArray<readonly [RegExp, string]> = [
  [/RFC \d+[a-z]*/, ""],
  [/(?:OIDC|OpenID Connect) Core(?: 1\.0)?/, "OIDC Core"],
  [/(?:OIDC|OpenID Connect) Discovery(?: 1\.0)?/, "OIDC Discovery"],
  [/(?:OIDC |OpenID Connect )?Dynamic(?: Client)? Registration(?: 1\.0)?/, "OIDC Dynamic Registration"],
  [/(?:OIDC |OpenID Connect )?RP-Initiated Logout(?: 1\.0)?/, "OIDC RP-Initiated Logout"],
  [/(?:OIDC |OpenID Connect )?Session Management(?: 1\.0)?/, "OIDC Session Management"],
  [/(?:OIDC |OpenID Connect )?Front-Channel Logout(?: 1\.0)?/, "OIDC Front-Channel Logout"],
  [/(?:OIDC |OpenID Connect )?Back-Channel Logout(?: 1\.0)?/, "OIDC Back-Channel Logout"],
  [/(?:OAuth 2\.0 )?Multiple Response Types?(?: Encoding Practices)?/, "OAuth 2.0 Multiple Response Types"],
  [/(?:OAuth 2\.0 )?Form Post Response Mode/, "OAuth 2.0 Form Post Response Mode"],
  [/FAPI 2\.0(?: Security Profile)?/, "FAPI 2.0 Security Profile"],
  [/WebAuthn(?: Level 3)?/, "WebAuthn Level 3"],
  [/NIST SP 800-63B/, "NIST SP 800-63B"],
  [/(?:OWASP )?ASVS(?: 5\.0)?/, "OWASP ASVS 5.0"],
  [/(?:OpenID Connect )?Unmet Authentication Requirements(?: 1\.0)?/, "Unmet Authentication Requirements"],
  [/WCAG 2\.2/, "WCAG 2.2"],
  [/OpenAPI(?: 3\.1)?/, "OpenAPI 3.1"],
  [/draft-ietf-httpapi-ratelimit-headers-\d+/, "RateLimit header fields"]
]

const section = /§\s?(\d+(?:\.\d+)*)/

/** A text in quotes: a title, or the row of a table that becomes a part of one; or it is neither, and names nothing. */
const texts = /(["`])((?:(?!\1)[^\\\n]|\\.)*)\1/g

/**
 * Every clause that a file's titles quote. A section without a name is of the specification that was named last, by a
 * title before it or by the comment that the file begins with.
 */
export const quotedIn = (file: string): ReadonlyArray<Quoted> => {
  const source = readFileSync(file, "utf8")
  let last = namesIn(source.slice(0, source.indexOf("*/")))[0]?.name ?? ""
  return [...source.matchAll(texts)].flatMap(([, , title = ""]) => {
    const clauses = clausesOf(title, last)
    last = clauses.at(-1)?.specification ?? namesIn(title)[0]?.name ?? last
    return clauses.map((clause) => ({ ...clause, file, title }))
  })
}

const namesIn = (text: string) =>
  names
    .flatMap(([pattern, name]) =>
      [...text.matchAll(new RegExp(pattern, "g"))].map((match) => ({ at: match.index, name: name || match[0] }))
    )
    .sort((a, b) => a.at - b.at)

/** A name, and the sections after it up to the next name. */
const clausesOf = (title: string, last: string) => {
  const named = namesIn(title)
  const found = named[0]?.at === 0 || last === "" ? named : [{ at: 0, name: last }, ...named]
  return found.flatMap(({ at, name }, index) =>
    [...title.slice(at, found[index + 1]?.at).matchAll(new RegExp(section, "g"))].map(([, number = ""]) => ({
      specification: name,
      section: number
    }))
  )
}
