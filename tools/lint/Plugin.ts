/** The lint rules of this house, as a plugin of oxlint (`.oxlintrc.json` names it and turns the rules on). */
import { ambient } from "./Ambient.ts"
import { bindAtTop } from "./BindAtTop.ts"
import { doors } from "./Doors.ts"
import { fakeOutsideTests } from "./FakeOutsideTests.ts"
import { floatingEffect } from "./FloatingEffect.ts"
import { forgedKey } from "./ForgedKey.ts"
import { provideInBind } from "./ProvideInBind.ts"
import { rawBindings } from "./RawBindings.ts"
import { secretComparison } from "./SecretComparison.ts"
import { noThrow } from "./Throw.ts"
import { trust } from "./Trust.ts"

export default {
  meta: { name: "hapax" },
  rules: {
    ambient,
    "bind-at-top": bindAtTop,
    doors,
    "fake-outside-tests": fakeOutsideTests,
    "floating-effect": floatingEffect,
    "forged-key": forgedKey,
    "provide-in-bind": provideInBind,
    "raw-bindings": rawBindings,
    "secret-comparison": secretComparison,
    throw: noThrow,
    trust
  }
}
