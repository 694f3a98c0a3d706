/**
 * The keystone: an operation is a service, and its consistency is in its type.
 *
 * `operations` declares a group of storage operations. Each is called like a function, and calling it puts
 * `Strong<"Group.name">` or `Eventual<"Group.name">` into the `R` of the effect that calls it: what an editor shows
 * over a handler is its consistency audit. The declaration also says, as data, what the operation is; from it come
 * the span, the metric, the retry that may be used, the place where a simulator suspends, and the report's row.
 *
 * An operation is deliberately not a `Context.Key`: `Layer.succeed` cannot provide it, only `bind` (`Bind.ts`) can,
 * and `bind` asks what it is made of. Trust enters in one place: `Storage.ts`.
 */
import { Context, Effect, Metric } from "effect"
import type { AttemptId } from "../../domain/Ids.ts"
import { operationTime, timed } from "./Measured.ts"

export type { AttemptId } from "../../domain/Ids.ts"

/** Every read sees every write acknowledged before it. The identifier that `R` shows. */
export interface Strong<in out Name extends string> {
  readonly "~hapax/Strong": Name
}

/** A read may miss writes acknowledged within the declared bound. The identifier that `R` shows. */
export interface Eventual<in out Name extends string> {
  readonly "~hapax/Eventual": Name
}

export type Level = "Strong" | "Eventual"

/** What an operation does: `consume` succeeds at most once; `compareAndSwap` names the value it replaces. */
export type Kind = "read" | "write" | "consume" | "compareAndSwap" | "increment"

/**
 * What happens if an operation whose outcome is unknown is asked for again.
 * `idempotent`: the same as once. `attempt`: its request carries an attempt id that is stored beside the effect, and
 * the same attempt gets its own answer again. `never`: it would happen twice, so it may not be asked again.
 */
export type Repeat = "idempotent" | "attempt" | "never"

/** Any function that may be declared as an operation. */
// The one place where the parameters of an operation are unconstrained: a function type is contravariant in them.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyCall = (...args: any) => Effect.Effect<unknown, unknown, unknown>

export interface Declaration<L extends Level, F extends AnyCall, Rep extends Repeat> {
  readonly level: L
  readonly kind: Kind
  readonly repeat: Rep
  /** Eventual only: how old an answer may be, for people. */
  readonly bound: string | undefined
  /** Eventual only: why an answer of that age does no harm. */
  readonly because: string | undefined
  readonly "~call"?: F
}

// Any call at all, for a table of declarations; `unknown` would not do, for the same reason as above.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyDeclaration = Declaration<Level, any, Repeat>

type CallOf<D> = D extends Declaration<infer _L, infer F, infer _R> ? F : never
type LevelOf<D> = D extends Declaration<infer L, infer _F, infer _R> ? L : never
type RepeatOf<D> = D extends Declaration<infer _L, infer _F, infer R> ? R : never

/** The identifier with which an operation of this level and name stands in `R`. */
export type Leveled<L extends Level, Name extends string> = L extends "Strong" ? Strong<Name> : Eventual<Name>

/** A declared operation: call it like a function. */
export interface Operation<Name extends string, L extends Level, F extends AnyCall, Rep extends Repeat> {
  (
    ...args: Parameters<F>
  ): Effect.Effect<
    Effect.Success<ReturnType<F>>,
    Effect.Error<ReturnType<F>>,
    Effect.Services<ReturnType<F>> | Leveled<L, Name>
  >
  readonly operation: Name
  readonly declaration: Declaration<L, F, Rep>
}

// A name, a level and a call stand in the type of an operation where only `any` fits all of them.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyOperation = Operation<any, any, any, any>

export type Declarations = Readonly<Record<string, AnyDeclaration>>

export type Group<Name extends string, D extends Declarations> = {
  readonly [K in keyof D & string]: Operation<`${Name}.${K}`, LevelOf<D[K]>, CallOf<D[K]>, RepeatOf<D[K]>>
}

/** What may stand for an operation in a layer: its call, made of whatever `R` says. */
export type Implementation<O, R> =
  O extends Operation<infer _Name, infer _L, infer F, infer _Rep>
    ? (...args: Parameters<F>) => Effect.Effect<Effect.Success<ReturnType<F>>, Effect.Error<ReturnType<F>>, R>
    : never

export type AnyGroup = Readonly<Record<string, AnyOperation>>

// ---------------------------------------------------------------------------------------------------------------
// Declaring

/** A function whose request carries its attempt id; anything else is told what is missing. */
type Attempting<F extends AnyCall> = Parameters<F>[0] extends { readonly attempt: AttemptId }
  ? "attempt"
  : "repeat: attempt needs a request with { attempt: AttemptId }"

// The compiler explains its refusal by the last overload, so the last one is the one with something to explain.
interface DeclareStrong {
  <F extends AnyCall>(spec: { readonly kind: "read" }): Declaration<"Strong", F, "idempotent">
  <F extends AnyCall>(spec: {
    readonly kind: Exclude<Kind, "read">
    readonly repeat: "idempotent"
  }): Declaration<"Strong", F, "idempotent">
  <F extends AnyCall>(spec: {
    readonly kind: Exclude<Kind, "read">
    readonly repeat: "never"
  }): Declaration<"Strong", F, "never">
  <F extends AnyCall>(spec: {
    readonly kind: Exclude<Kind, "read">
    readonly repeat: Attempting<F>
  }): Declaration<"Strong", F, "attempt">
}

const declare =
  <L extends Level>(level: L) =>
  (spec: {
    readonly kind: Kind
    readonly repeat?: Repeat
    readonly bound?: string
    readonly because?: string
  }): Declaration<L, AnyCall, Repeat> => ({
    level,
    kind: spec.kind,
    repeat: spec.repeat ?? "idempotent",
    bound: spec.bound,
    because: spec.because
  })

/** Declares an operation that may only be made of strong storage. A read is idempotent; anything else says so. */
export const Strong: DeclareStrong = declare("Strong") as DeclareStrong

interface Excuse {
  /** How old an answer may be. */
  readonly bound: string
  /** Why an answer of that age does no harm. */
  readonly because: string
}

type ReadsOrWrites = "an Eventual operation is a read or an idempotent write: it cannot consume, compare or count"

interface DeclareEventual {
  <F extends AnyCall>(
    spec: Excuse & { readonly kind: "write"; readonly repeat: "idempotent" }
  ): Declaration<"Eventual", F, "idempotent">
  <F extends AnyCall>(
    spec: Excuse & { readonly kind: "read" | ReadsOrWrites }
  ): Declaration<"Eventual", F, "idempotent">
}

/**
 * Declares an operation that may be made of eventual storage, with its bound and the reason why it is safe. There is
 * no Eventual `consume`, `compareAndSwap` or `increment`: on storage without a compare-and-swap they do not exist.
 */
export const Eventual: DeclareEventual = declare("Eventual") as DeclareEventual

// ---------------------------------------------------------------------------------------------------------------
// Calling

/** One call of one operation, as whoever stands around it (a simulator, a meter, a log) sees it. */
export interface Call {
  readonly operation: string
  readonly level: Level
  readonly kind: Kind
  readonly repeat: Repeat
  readonly request: ReadonlyArray<unknown>
}

/**
 * Stands around every storage operation. The default does nothing; a test layer suspends, delays, reorders, repeats
 * or fails the call here, without the flow or the layer knowing.
 */
export const Around = Context.Reference<<A, E, R>(call: Call, run: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>>(
  "hapax/storage/Around",
  { defaultValue: () => (_call, run) => run }
)

const keyOf = (level: Level, operation: string) =>
  Context.Service<unknown, AnyCall>(`hapax/storage/${level}/${operation}`)

/** The private key under which a layer offers an operation. Only `Bind.ts` and `Fake.ts` may ask for it. */
export const keyFor: (level: Level, operation: string) => Context.Service<unknown, AnyCall> = keyOf

/** Which try of an operation this is, where it is asked for again. */
export const CurrentTry = Context.Reference<number>("hapax/storage/CurrentTry", { defaultValue: () => 1 })

const makeOperation = (operation: string, level: Level, declaration: AnyDeclaration): AnyOperation => {
  const key = keyOf(level, operation)
  const attributes = { "hapax.level": level, "hapax.kind": declaration.kind, "hapax.repeat": declaration.repeat }
  const answered = Metric.withAttributes(operationTime, { operation, outcome: "answered" })
  const failed = Metric.withAttributes(operationTime, { operation, outcome: "failed" })
  const call = (...request: ReadonlyArray<unknown>) =>
    Effect.contextWith((context: Context.Context<unknown>) => {
      const run = Context.getUnsafe(context, key)(...request)
      const around = Context.get(context, Around)
      const tries = Context.get(context, CurrentTry)
      const asked = around({ operation, level, kind: declaration.kind, repeat: declaration.repeat, request }, run)
      return tries === 1 ? asked : Effect.andThen(Effect.annotateCurrentSpan("hapax.try", tries), asked)
    }).pipe((asked) => timed(asked, answered, failed), Effect.withSpan(operation, { attributes }))
  return Object.assign(call, { operation, declaration }) as AnyOperation
}

/** Declares a group of operations. `operations("AuthorizationCode", { redeem: Strong<...>({ ... }) })`. */
export const operations = <const Name extends string, const D extends Declarations>(
  name: Name,
  declarations: D
): Group<Name, D> =>
  Object.fromEntries(
    Object.entries(declarations).map(([key, declaration]) => [
      key,
      makeOperation(`${name}.${key}`, declaration.level, declaration)
    ])
  ) as Group<Name, D>

/** The strong reading of a group: each operation demands `Strong<"Group.name">`, whatever its declaration allows. */
export type Strongly<G extends AnyGroup> = {
  readonly [K in keyof G]: G[K] extends Operation<infer Name, infer _L, infer F, infer Rep>
    ? Operation<Name, "Strong", F, Rep>
    : never
}

// Made once a group: a flow may say `strongly(Clients)` at the place of use, on every request.
const strongReadings = new WeakMap<AnyGroup, AnyGroup>()

/** Demands the strong reading of operations declared Eventual: `strongly(Clients).display(id)`. */
export const strongly = <G extends AnyGroup>(group: G): Strongly<G> => {
  const made = strongReadings.get(group)
  if (made !== undefined) return made as Strongly<G>
  const strong = Object.fromEntries(
    Object.entries(group).map(([key, operation]) => [
      key,
      makeOperation(operation.operation, "Strong", operation.declaration)
    ])
  )
  strongReadings.set(group, strong)
  return strong as Strongly<G>
}
