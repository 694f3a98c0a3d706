/** What each scope, resource and claim means to the person who is asked for it. OpenID Connect Core §5.4, §5.5, §11. */
import { type Frame, textsOf } from "./Layout.ts"

export interface ScopeText {
  readonly name: string
  readonly title: string
  readonly description: string
}

interface AskedResource {
  readonly name: string
  readonly scopes: ReadonlyArray<string>
}

interface AskedScope {
  readonly scope: string
  readonly metadata: { readonly title: string; readonly description?: string }
}

/** A scope in plain words; one that is not of OpenID Connect is shown by its own name. */
export const scopeText = (frame: Frame, name: string): ScopeText => {
  const { known, unknown } = textsOf(frame).scopes
  return { name, ...(own(known, name) ?? { title: name, description: unknown }) }
}

/** A scope of the operator's own in the operator's words, or any other in ours. */
const mappedText = (frame: Frame, name: string, mappings: ReadonlyArray<AskedScope>): ScopeText => {
  const mapping = mappings.find(({ scope }) => scope === name)?.metadata
  return mapping === undefined
    ? scopeText(frame, name)
    : { name: "claims", title: mapping.title, description: mapping.description ?? "" }
}

/** A resource server that a client wants to use, as an entry of the same list. RFC 8707. */
export const resourceText = (frame: Frame, { name, scopes }: AskedResource): ScopeText => {
  const { resource } = textsOf(frame)
  return { name: "resource", title: resource.title(name), description: resource.description(scopes) }
}

/** A claim in plain words; one that is not of OpenID Connect is shown by its own name. */
export const claimText = (frame: Frame, name: string): string => own(textsOf(frame).claims.known, name) ?? name

/** What is asked for in all: of this provider, then of others. */
export const askedTexts = (
  frame: Frame,
  asked: ReadonlyArray<string>,
  resources: ReadonlyArray<AskedResource>,
  mappings: ReadonlyArray<AskedScope> = []
): ReadonlyArray<ScopeText> => {
  const elsewhere = resources.flatMap((resource) => resource.scopes)
  const here = asked.filter((name) => !elsewhere.includes(name))
  return [
    ...here.map((name) => mappedText(frame, name, mappings)),
    ...resources.map((resource) => resourceText(frame, resource))
  ]
}

/** Names come from outside: `constructor` is one like any other. */
const own = <A>(known: Readonly<Record<string, A>>, name: string): A | undefined =>
  Object.hasOwn(known, name) ? known[name] : undefined
