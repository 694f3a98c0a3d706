/** Two clients, or one and a thief, with the same code at the same time. RFC 6749 §4.1.2. */
import { act } from "../../../src/layers/test/kernel/World.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { redeem, withCode, type WithCode } from "../Scene.ts"

export const redeemedTwice = {
  setup: withCode,
  clients: (scene: WithCode) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
  oracles: [once({ thing: "code", of: ofNamed("redeem", () => "of the user") })]
}
