/** Strings that try to leave the place they are put into. */
import { Arbitrary, Schema } from "effect"
import type { Outside } from "./Samples.ts"

const fragments = Arbitrary.schema(
  Schema.Literals([
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus x='",
    "</title><script>",
    "</textarea></style></main>",
    "<!--",
    "]]>",
    "<svg/onload=alert(1)>",
    "<base href=//evil.example>",
    '" style="position:fixed',
    "&lt;b&gt;",
    "&#x3c;script",
    "&",
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "\u0000",
    "\r\n",
    "\u202egnp.exe",
    "\u2069",
    "\ud800",
    "𝒜",
    "م",
    "A".repeat(3000),
    " "
  ])
)

/** Hostile fragments, in any order, among ordinary text. */
export const hostile: Arbitrary.Arbitrary<string> = Arbitrary.map(
  Arbitrary.array(Arbitrary.all([fragments, Arbitrary.schema(Schema.String)])),
  (parts) => parts.flat().join("")
)

/** A hostile string in every field. */
export const hostileOutside: Arbitrary.Arbitrary<Outside> = Arbitrary.all({
  client: hostile,
  user: hostile,
  login: hostile,
  userCode: hostile,
  interaction: hostile,
  host: hostile,
  scope: hostile,
  claim: hostile,
  error: hostile,
  description: hostile,
  parameter: hostile,
  reference: hostile,
  provider: hostile
})
