/**
 * The state of a model: a map by name that the world can take back, and of which it knows who touched what.
 *
 * A model that keeps its state anywhere else would carry it from one schedule into the next.
 */
import type { World } from "./World.ts"

/** A map from keys to values; `name` tells it from every other of the world. Values are never changed in place. */
export class Cells<V> {
  private readonly world: World
  private readonly prefix: string
  private readonly stored = new Map<string, V>()

  /** `memoryOf`: the place that only remembers this, and loses it when it begins anew. Otherwise it is stored. */
  constructor(world: World, name: string, { memoryOf }: { readonly memoryOf?: string } = {}) {
    this.world = world
    this.prefix = `${name}/`
    if (memoryOf !== undefined) world.forgetsBy(memoryOf, () => this.clear())
  }

  get(key: string): V | undefined {
    this.world.read(this.prefix + key)
    return this.stored.get(key)
  }

  has(key: string): boolean {
    this.world.read(this.prefix + key)
    return this.stored.has(key)
  }

  set(key: string, value: V): this {
    const there = this.stored.has(key)
    const before = this.stored.get(key) as V
    this.world.wrote(this.prefix + key, () => {
      if (there) this.stored.set(key, before)
      else this.stored.delete(key)
    })
    this.stored.set(key, value)
    return this
  }

  delete(key: string): boolean {
    if (!this.has(key)) return false
    const before = this.stored.get(key) as V
    this.world.wrote(this.prefix + key, () => this.stored.set(key, before))
    return this.stored.delete(key)
  }

  /** What stands under keys with this prefix, in the order of the keys; keys are ASCII, so this is SQLite's order. */
  under(prefix: string): ReadonlyArray<readonly [string, V]> {
    this.world.scanned(this.prefix + prefix)
    const found: Array<readonly [string, V]> = []
    for (const entry of this.stored) if (entry[0].startsWith(prefix)) found.push(entry)
    return found.sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** All of it, in the order of the keys. */
  entries(): ReadonlyArray<readonly [string, V]> {
    return this.under("")
  }

  values(): ReadonlyArray<V> {
    return this.under("").map(([, value]) => value)
  }

  [Symbol.iterator](): Iterator<readonly [string, V]> {
    return this.entries()[Symbol.iterator]()
  }

  clear(): void {
    for (const [key] of this.entries()) this.delete(key)
  }

  get size(): number {
    this.world.scanned(this.prefix)
    return this.stored.size
  }
}
