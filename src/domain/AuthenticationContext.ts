/**
 * How strongly a client wants its user to have signed in: `acr_values`, `default_acr_values`, and `acr` asked for as a
 * claim. OIDC Core §3.1.2.1, §5.5.1.1; Unmet Authentication Requirements 1.0.
 */
import { Schema } from "effect"
import { supportedAcr } from "./Authentication.ts"
import type { ClaimsRequest } from "./ClaimsRequest.ts"

/** The context classes that are asked for, any of which will do. An essential one that is not met is a refusal. */
export const ContextWish = Schema.Struct({ values: Schema.Array(Schema.String), essential: Schema.Boolean })
export type ContextWish = typeof ContextWish.Type

/** What a request and its client ask for together: the claim counts before the parameter, the client's default last. */
export const wishOf = (
  { essentialAcr, voluntaryAcr }: Pick<ClaimsRequest, "essentialAcr" | "voluntaryAcr">,
  acrValues: string | undefined,
  byDefault: ReadonlyArray<string> = []
): ContextWish | undefined => {
  if (essentialAcr !== null) return { values: essentialAcr, essential: true }
  const asked = voluntaryAcr ?? acrValues?.split(" ").filter((value) => value !== "") ?? byDefault
  // What this provider does not know cannot be met by any login, so nobody is asked for one because of it.
  const values = asked.filter((value) => rankOf(value) >= 0)
  return values.length === 0 ? undefined : { values, essential: false }
}

/** Whether a login of the class `performed` is one that was asked for: a stronger one is, of a weaker class too. */
export const meets = (performed: string, wish: ContextWish | undefined): boolean =>
  wish === undefined || wish.values.some((asked) => includes(performed, asked))

/**
 * The class that the client is told. Where the login is of a class that was asked for, though it is a stronger one, the
 * client hears the one it asked for, as §5.5.1.1 demands of an essential claim; where not, what the login was.
 */
export const reported = (performed: string, wish: ContextWish | undefined): string =>
  strongestFirst(wish?.values ?? []).find((asked) => includes(performed, asked)) ?? performed

/** What a session's login means for a wish. `canDoBetter`: whether its person has what a stronger login needs. */
export const judgeContext = (
  performed: string,
  wish: ContextWish | undefined,
  options: { readonly mayAsk: boolean; readonly canDoBetter: () => boolean }
): "enough" | "ask" | "unmet" => {
  if (wish === undefined || meets(performed, wish)) return "enough"
  if (wish.essential) return options.canDoBetter() ? "ask" : "unmet"
  return options.mayAsk && options.canDoBetter() ? "ask" : "enough"
}

/** 0 for the strongest, −1 for none that is known here. */
const rankOf = (acr: string): number => (supportedAcr as ReadonlyArray<string>).indexOf(acr)

const includes = (performed: string, asked: string): boolean =>
  performed === asked || (rankOf(performed) >= 0 && rankOf(performed) < rankOf(asked))

const strongestFirst = (values: ReadonlyArray<string>): ReadonlyArray<string> =>
  values.toSorted((one, other) => rankOf(one) - rankOf(other))
