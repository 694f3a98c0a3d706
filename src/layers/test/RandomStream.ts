/** Randomness of a stream: the same for the same seed, in every run. For tests only. */
import type { Random } from "effect"
import { SecureRandom } from "effect/crypto"

/** A stream of bytes that is the same for the same seed, for as long as it is: xorshift, and no secret to anybody. */
export class RandomStream {
  private state: number

  constructor(seed: string) {
    this.state = 0
    this.restart(seed)
  }

  restart(seed: string): void {
    let hash = 2_166_136_261
    for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 16_777_619)
    // A state of zero would stay zero.
    this.state = hash | 1
  }

  /** The next 32 bits, as an unsigned integer. */
  next(): number {
    let state = this.state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.state = state
    return Math.imul(state, 2_654_435_769) >>> 0
  }

  /** An integer from 0 up to `end`, which it never is. */
  below(end: number): number {
    return this.next() % end
  }

  bytes(size: number): Uint8Array {
    const made = new Uint8Array(size)
    for (let index = 0; index < size; index += 4) {
      const word = this.next()
      made[index] = word
      if (index + 1 < size) made[index + 1] = word >>> 8
      if (index + 2 < size) made[index + 2] = word >>> 16
      if (index + 3 < size) made[index + 3] = word >>> 24
    }
    return made
  }
}

/** The provider's randomness, of a stream: the same in every run. */
export const secureRandomOf = (stream: RandomStream): SecureRandom.SecureRandom["Service"] =>
  SecureRandom.make((size) => stream.bytes(size))

/** The chance of what is no secret (the jitter of a retry), of a stream. */
export const randomOf = (stream: RandomStream): Random.Random => ({
  nextIntUnsafe: () => stream.next(),
  nextDoubleUnsafe: () => stream.next() / 4_294_967_296
})
