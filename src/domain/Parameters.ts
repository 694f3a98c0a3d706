/** Request parameters as OAuth counts them: each at most once, and an empty one is none. RFC 6749 §3.1, §3.2. */
import { Result } from "effect"
import { InvalidRequest } from "./OAuthError.ts"

/** What may be sent more than once. RFC 8707 §2. */
const plural: ReadonlyArray<string> = ["resource"]

export interface Parameters {
  /** The value of a parameter; undefined if it is absent, empty, or sent more than once. */
  readonly get: (name: string) => string | undefined
  /** All values of a parameter that may be sent more than once (`resource`, RFC 8707 §2), without empty ones. */
  readonly all: (name: string) => ReadonlyArray<string>
  /** The names that were sent more than once. */
  readonly repeated: ReadonlyArray<string>
}

export const fromSearchParams = (search: URLSearchParams): Parameters => {
  const values = new Map<string, string>()
  const repeated = new Set<string>()
  for (const [name, value] of search) {
    if (values.has(name) && !plural.includes(name)) repeated.add(name)
    else values.set(name, value)
  }
  return {
    get: (name) => (repeated.has(name) ? undefined : values.get(name) || undefined),
    all: (name) => search.getAll(name).filter((value) => value !== ""),
    repeated: [...repeated]
  }
}

/** The parameters of both: what the first has counts, whatever the second says of it. OIDC Core §6.1. */
export const merged = (first: Parameters, second: Parameters): Parameters => ({
  get: (name) => first.get(name) ?? second.get(name),
  all: (name) => (first.all(name).length > 0 ? first.all(name) : second.all(name)),
  repeated: [...new Set([...first.repeated, ...second.repeated])]
})

/** The parameters without some. */
export const without = (parameters: Parameters, ...names: ReadonlyArray<string>): Parameters => ({
  get: (name) => (names.includes(name) ? undefined : parameters.get(name)),
  all: (name) => (names.includes(name) ? [] : parameters.all(name)),
  repeated: parameters.repeated
})

/** Refuses a request that says something more than once: of two values nobody can say which is meant. */
export const eachOnce = ({ repeated: [name] }: Pick<Parameters, "repeated">): Result.Result<void, InvalidRequest> =>
  name === undefined
    ? Result.void
    : Result.fail(new InvalidRequest({ error_description: `${name} was sent more than once`, parameter: name }))

/** A parameter that cannot be left out. */
export const required = (parameters: Parameters, name: string): Result.Result<string, InvalidRequest> =>
  Result.fromNullishOr(
    parameters.get(name),
    () => new InvalidRequest({ error_description: `${name} is missing`, parameter: name })
  )
