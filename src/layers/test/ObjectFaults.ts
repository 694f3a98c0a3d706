/** What may befall a call to an object in memory, with the errors that `ObjectCaller` makes of the platform's. */
import { Exit } from "effect"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../services/storage/StorageError.ts"
import type { Befall } from "./kernel/Fault.ts"

/** Where there is another version, what comes of it is found out and not told. */
export const befallsOfSkewed = (operation: string): ReadonlyArray<Befall<StorageError>> =>
  befallsOf(operation).filter(({ fault }) => fault !== "version skew")

/** What a call to an object may come to: the first row of errors is what `ObjectCaller` makes of the platform's. */
export const befallsOf = (operation: string): ReadonlyArray<Befall<StorageError>> => {
  const unknown = Exit.fail(new OutcomeUnknown({ operation, detail: "the connection to the object broke" }))
  const refused = (reason: "overloaded" | "schema") => Exit.fail(new NotExecuted({ operation, reason, detail: reason }))
  return [
    { fault: "lost reply", executes: "now", hears: unknown },
    { fault: "lost request", executes: "never", hears: unknown },
    { fault: "late execution", executes: "later", hears: unknown },
    { fault: "commit failure", executes: "undone", hears: unknown },
    { fault: "overload", executes: "never", hears: refused("overloaded") },
    { fault: "version skew", executes: "never", hears: refused("schema") },
    { fault: "restart", executes: "now", restarts: true, hears: "result" }
  ]
}
