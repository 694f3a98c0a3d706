/** What every store of an operator's own scopes keeps, and how old an isolate's copy of them may be. */
import { Effect, Equal } from "effect"
import { MappedScope, ScopeMapping } from "../../domain/ScopeMapping.ts"
import { freshEvent, freshText } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { mappingCopyLifetime, ScopeMappings } from "./ScopeMappings.ts"
import { versionedLaws } from "./Versioned.laws.ts"
import { advance } from "./World.laws.ts"

const make = Effect.map(freshText, (text) => {
  const scope = MappedScope.make(`s${text}`)
  return (version: number, title: string) =>
    new ScopeMapping({
      scope,
      metadata: {
        title: title === "" ? "none" : title,
        claims: [
          { claim: "department", from: { custom: "department" } },
          { claim: "https://law.example/roles", from: { roles: true } },
          { claim: "mail", from: { profile: "email" } }
        ]
      },
      version,
      createdAt: 1,
      updatedAt: version
    })
})

const find = ({ scope }: ScopeMapping) =>
  Effect.map(ScopeMappings.all(), (all) => all.find((mapping) => mapping.scope === scope))

export const scopeMappingLaws = [
  ...versionedLaws({
    what: "scope of the operator's own",
    names: ["ScopeMapping.all", "ScopeMapping.save", "ScopeMapping.remove"],
    events: ["scope.updated", "scope.deleted"],
    refusal: "MappingChanged",
    make,
    find,
    save: ScopeMappings.save,
    remove: ScopeMappings.remove
  }),
  law(
    "an isolate's copy of the scopes is at most a minute old",
    ["ScopeMapping.copy", "ScopeMapping.save"],
    Effect.gen(function* () {
      yield* advance(mappingCopyLifetime)
      yield* ScopeMappings.copy()
      const mapping = (yield* make)(1, "new")
      yield* ScopeMappings.save(mapping, yield* freshEvent({ type: "scope.created" }))
      yield* advance(mappingCopyLifetime)
      const copy = yield* ScopeMappings.copy()
      yield* expectThat(
        copy.some((one) => Equal.equals(one, mapping)),
        "what was made a minute ago is there"
      )
    })
  )
]
