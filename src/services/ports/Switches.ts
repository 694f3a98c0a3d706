/** What an operator may switch on, as variables of the environment; all of it is off until somebody does. */
import { Result, Schema } from "effect"
import { type Provider, Registration } from "./ProviderConfig.ts"

const Word = Schema.Literals(["true", "false"])

/** The variables by name, with what each may say. */
const words = { REQUIRE_PAR: Word, DPOP_NONCES: Word, ALLOW_LOOPBACK: Word, REGISTRATION: Registration }

export type Switches = {
  readonly [Name in keyof typeof words]?: (typeof words)[Name]["Type"]
}

export const switchNames = Object.keys(words) as ReadonlyArray<keyof typeof words>

/** The switches among variables; of one that cannot be meant, a line that says what it may be. */
export const readSwitches = (
  variables: Readonly<Partial<Record<keyof Switches, unknown>>>
): Result.Result<Switches, string> => {
  const given = switchNames.filter((name) => variables[name] !== undefined)
  const wrong = given.find((name) => !(words[name].literals as ReadonlyArray<unknown>).includes(variables[name]))
  if (wrong === undefined) {
    return Result.succeed(Object.fromEntries(given.map((name) => [name, variables[name]])) as Switches)
  }
  const allowed = words[wrong].literals.join(", ").replace(/, ([^,]*)$/, " or $1")
  return Result.fail(`${wrong} must be ${allowed}; it is ${JSON.stringify(variables[wrong])}`)
}

/** The header that names the address of whoever asks; null for none. Without the variable it is `fallback`. */
export const readAddressHeader = (text: unknown, fallback: string | null): Result.Result<string | null, string> => {
  if (text === undefined) return Result.succeed(fallback)
  if (text === "none") return Result.succeed(null)
  return typeof text === "string" && /^[A-Za-z0-9-]{1,64}$/.test(text)
    ? Result.succeed(text.toLowerCase())
    : Result.fail(`ADDRESS_HEADER must be the name of a header, or none; it is ${JSON.stringify(text)}`)
}

/** The members of `Provider` that the switches decide. */
export const switched = (
  switches: Switches
): Pick<Provider, "requirePushedRequests" | "dpopNonces" | "allowLoopback" | "registration"> => ({
  requirePushedRequests: switches.REQUIRE_PAR === "true",
  dpopNonces: switches.DPOP_NONCES === "true",
  allowLoopback: switches.ALLOW_LOOPBACK === "true",
  registration: switches.REGISTRATION ?? "closed"
})
