/** A specification, and what of it binds a provider, section by section. */

export interface Clause {
  readonly section: string
  readonly about: string
  /** Why it is not implemented; absent for what is. */
  readonly not?: string
}

export interface Specification {
  readonly name: string
  readonly title: string
  readonly clauses: ReadonlyArray<Clause>
}

/** It is done, and a test quotes it. */
export const done = (section: string, about: string): Clause => ({ section, about })
/** It is not done, and this is why. */
export const not = (section: string, about: string, because: string): Clause => ({ section, about, not: because })

export const specification = (name: string, title: string, clauses: ReadonlyArray<Clause>): Specification => ({
  name,
  title,
  clauses
})
