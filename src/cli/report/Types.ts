/** Small questions about types, asked of the compiler. */
import { type Checker, SignatureKind, type Type } from "typescript/unstable/sync"

/** The type of a property, of whatever kind the type is. */
export const property = (checker: Checker, type: Type | undefined, name: string): Type | undefined => {
  const symbol = type === undefined ? undefined : checker.getPropertyOfType(type, name)
  return symbol === undefined ? undefined : checker.getTypeOfSymbol(symbol)
}

/** What a function answers, of every overload. */
export const answersOf = (checker: Checker, type: Type): ReadonlyArray<Type> =>
  checker
    .getSignaturesOfType(type, SignatureKind.Call)
    .map((signature) => checker.getReturnTypeOfSignature(signature))
    .filter((answer) => answer !== undefined)

/** A type parameter of Effect or Layer: for its variance, they carry it as the answer of a function. */
export const carried = (checker: Checker, type: Type, id: string, name: string): Type | undefined => {
  const carrier = property(checker, property(checker, type, id), name)
  return carrier === undefined ? undefined : answersOf(checker, carrier)[0]
}

/** The value of a literal type. */
export const literal = (type: Type | undefined): string | undefined =>
  type?.isStringLiteralType() === true ? type.value : undefined
