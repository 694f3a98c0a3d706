/** Every mutant, and those that wait for something that is not there yet. */
import { codesInKv } from "./03-CodesInKv.ts"
import type { Mutant } from "./Mutant.ts"

export const mutants: ReadonlyArray<Mutant> = [codesInKv]
