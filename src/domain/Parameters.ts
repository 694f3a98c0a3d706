/** Request parameters as OAuth counts them: each at most once, and an empty one is none. RFC 6749 §3.1, §3.2. */

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
