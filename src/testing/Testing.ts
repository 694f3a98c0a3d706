/**
 * The way in for whoever swaps layers in tests: `hapax/testing`, all of it and nothing else.
 *
 * The one file of this house that passes on what others export: a package has to say somewhere what of it is public.
 */

// A whole provider in memory, and parts of it.
export { Memory } from "../layers/test/Memory.ts"
export { MemoryProvider, testProvider } from "../layers/test/MemoryProvider.ts"
export { withCode, type WithCode } from "./WithCode.ts"

// Operations: swapping one, making one of storage, standing around them, declaring new ones.
export { fake } from "../layers/test/Fake.ts"
export { bind, bindStrongly } from "../services/storage/Bind.ts"
export { Around, Eventual, operations, Strong, strongly } from "../services/storage/Consistency.ts"
export { storage } from "../services/storage/Storage.ts"
export { NotExecuted, OutcomeUnknown, StorageError } from "../services/storage/StorageError.ts"

// Simulating: every order of what clients do, and what may go wrong.
export { NotExhaustive, simulate, SimulationFailed } from "./SimulateInTest.ts"
export { again, type Again, type Failure, type Report, search, type Violation } from "../layers/test/Simulate.ts"
export type { Finished, Oracle, Scenario } from "../layers/test/Scenario.ts"
export { printFailure } from "../layers/test/report/PrintFailure.ts"
export type { Chooser } from "../layers/test/kernel/Chooser.ts"
export { exhaustive } from "../layers/test/kernel/Exhaustive.ts"
export { pct } from "../layers/test/kernel/Pct.ts"
export { random } from "../layers/test/kernel/Random.ts"
export { replay } from "../layers/test/kernel/Replay.ts"
export type { ActionRecord, History, Moment, OperationRecord } from "../layers/test/kernel/History.ts"

// Models of one's own: state that the world can take back, calls that wait for their turn, faults that befall them.
export { Cells } from "../layers/test/kernel/Cells.ts"
export { type Befall, type Fault, faults } from "../layers/test/kernel/Fault.ts"
export { act, aWorld, type Call, type Source, TestWorld, World } from "../layers/test/kernel/World.ts"
