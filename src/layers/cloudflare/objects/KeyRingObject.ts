/** The provider's signing keys: the one object of its class. */
import { outboxDelays } from "../../objects/Alarm.ts"
import { keyRingSteps, keyRingTables } from "../../objects/KeyRingSteps.ts"
import { firstVersion } from "./ObjectSchema.ts"
import { StepObject, type StepObjectSpec } from "./StepObject.ts"

export const keyRingSpec: StepObjectSpec = {
  tables: keyRingTables,
  steps: keyRingSteps,
  migrations: [firstVersion(keyRingTables)],
  outboxDelay: outboxDelays.keyRing
}

export class KeyRingObject extends StepObject {
  protected override readonly spec: StepObjectSpec = keyRingSpec
}
