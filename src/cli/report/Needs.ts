/**
 * Reading what an effect needs off its type.
 *
 * Nothing is read as text: the compiler is asked for the `R` of the effect and for the members of that union, and each
 * member for the property that makes it a level of an operation or of a backend. So aliases, helper functions and
 * inference are seen through as the compiler sees through them, and what it cannot tell is said and not left out.
 */
import { type Checker, type Type, TypeFlags } from "typescript/unstable/sync"
import { type Needs, nothing, together } from "./Facts.ts"
import { answersOf, carried, property } from "./Types.ts"

export interface NeedsReader {
  /** What an effect, or a function that returns one, needs; undefined for anything else. */
  readonly ofEffect: (type: Type) => Needs | undefined
  /** What a layer needs, and what its requests need. */
  readonly ofLayer: (type: Type) => Needs | undefined
  /** What a union of services is made of. */
  readonly ofServices: (type: Type) => Needs
}

/** A function that returns a function that returns an effect is one too, but not for ever. */
const deepest = 3

export const needsReader = (checker: Checker): NeedsReader => {
  const known = new Map<number, Needs>()

  const ofMember = (member: Type): Needs => {
    if ((member.flags & TypeFlags.AnyOrUnknown) !== 0) {
      return { ...nothing, hidden: [`needs ${checker.typeToString(member)}, which hides what it reaches`] }
    }
    // A type parameter, or a type that waits for one: only a caller knows.
    if ((member.flags & TypeFlags.Instantiable) !== 0) {
      return { ...nothing, hidden: [`needs what its caller chooses: ${checker.typeToString(member)}`] }
    }
    for (const level of ["Strong", "Eventual"] as const) {
      const operation = property(checker, member, `~hapax/${level}`)
      if (operation !== undefined) return named(operation, (name) => ({ uses: [{ operation: name, level }] }))
      const backend = property(checker, member, `~hapax/${level}Storage`)
      if (backend !== undefined) return named(backend, (name) => ({ backends: [{ backend: name, level }] }))
    }
    // A router wraps what its requests need, one by one.
    const wrapped = member.getSymbol()?.name === "Request" ? property(checker, member, "type") : undefined
    return wrapped === undefined ? nothing : ofUnion(wrapped)
  }

  const named = (name: Type, found: (name: string) => Partial<Needs>): Needs =>
    name.isStringLiteralType()
      ? { ...nothing, ...found(name.value) }
      : { ...nothing, hidden: [`does not name one operation or backend but ${checker.typeToString(name)}`] }

  const ofUnion = (type: Type): Needs => {
    const before = known.get(type.id)
    if (before !== undefined) return before
    const needs = type.isUnionType() ? together(type.getTypes().map(ofUnion)) : ofMember(type)
    known.set(type.id, needs)
    return needs
  }

  const ofEffect = (type: Type, depth: number): Needs | undefined => {
    if ((type.flags & TypeFlags.Any) !== 0) return { ...nothing, hidden: ["is any, which hides what it reaches"] }
    const needed = type.isUnionType() ? undefined : carried(checker, type, "~effect/Effect", "_R")
    if (needed !== undefined) return ofUnion(needed)
    if (depth === deepest) return undefined
    const parts = type.isUnionType() ? type.getTypes() : answersOf(checker, type)
    const effects = parts.map((part) => ofEffect(part, depth + 1)).filter((needs) => needs !== undefined)
    return effects.length === 0 ? undefined : together(effects)
  }

  return {
    ofEffect: (type) => ofEffect(type, 0),
    ofServices: ofUnion,
    ofLayer: (type) => {
      const needed = carried(checker, type, "~effect/Layer", "_RIn")
      return needed === undefined ? undefined : ofUnion(needed)
    }
  }
}
