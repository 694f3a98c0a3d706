/** The same with what goes wrong: a scenario that breaks a property, and a mutant that survives. */
import { entry } from "../Entry.ts"
import { broken, mutantOf, sound } from "./Toy.ts"

export const scenarios = [entry(sound, "exhaustive"), entry(broken, "exhaustive")]

export const mutants = [mutantOf(broken), mutantOf({ ...sound, name: "a mutant without a defect" })]
