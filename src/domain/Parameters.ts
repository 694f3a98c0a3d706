/** Request parameters as OAuth counts them: each at most once, and an empty one is none. RFC 6749 §3.1, §3.2. */

export interface Parameters {
  /** The value of a parameter; undefined if it is absent, empty, or sent more than once. */
  readonly get: (name: string) => string | undefined
  /** The names that were sent more than once. */
  readonly repeated: ReadonlyArray<string>
}

export const fromSearchParams = (search: URLSearchParams): Parameters => {
  const values = new Map<string, string>()
  const repeated = new Set<string>()
  for (const [name, value] of search) {
    if (values.has(name)) repeated.add(name)
    else values.set(name, value)
  }
  return {
    get: (name) => (repeated.has(name) ? undefined : values.get(name) || undefined),
    repeated: [...repeated]
  }
}
