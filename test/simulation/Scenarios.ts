/** All scenarios, by name: what the tests run, the command line offers and the mutants are made of. */
import type { Entry } from "./Entry.ts"
import { codes } from "./scenarios/Codes.ts"
import { families } from "./scenarios/Families.ts"
import { sessions } from "./scenarios/Sessions.ts"

export const scenarios: ReadonlyArray<Entry> = [...codes, ...families, ...sessions]
