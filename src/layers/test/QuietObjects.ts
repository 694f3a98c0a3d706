/** Classes of objects whose calls meet no fault in a simulation. */
import { Context } from "effect"

/**
 * The names of these classes. For scenarios in which what such an object does is beside the point, and would only
 * multiply their schedules: there are scenarios in which it is the point.
 */
export const QuietObjects = Context.Reference<ReadonlyArray<string>>("hapax/test/QuietObjects", {
  defaultValue: () => []
})
