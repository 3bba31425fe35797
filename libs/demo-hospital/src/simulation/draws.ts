import { seededRandom } from '@wardstream/kernel';

/** Reproducible draws from the distributions the simulation needs. */
export class Draws {
  constructor(private readonly next: () => number) {}

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number in [low, high]. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const chosen = list[Math.floor(this.next() * list.length)];
    if (chosen === undefined) throw new Error('pick from an empty list');
    return chosen;
  }

  /** The same in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.whole(0, i);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }

  /** One of the values, each with the probability of its weight among all weights. */
  weighted<T>(options: readonly (readonly [T, number])[]): T {
    let total = 0;
    for (const [, weight] of options) total += weight;
    let left = this.next() * total;
    for (const [value, weight] of options) {
      left -= weight;
      if (left < 0) return value;
    }
    return options[options.length - 1]![0];
  }

  /** Standard normal (Box-Muller; both uniforms are drawn each time, so that streams stay in step). */
  normal(mean = 0, deviation = 1): number {
    const u = 1 - this.next();
    const v = this.next();
    return mean + deviation * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  }

  /** Lognormal by its median and the standard deviation of its logarithm. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** Lognormal by its arithmetic mean: the median is mean / exp(sigma^2 / 2). */
  lognormalWithMean(mean: number, sigma: number): number {
    return this.lognormal(mean / Math.exp((sigma * sigma) / 2), sigma);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }
}

/**
 * An own stream of numbers for each named process of one seed, so that a change in one department
 * does not shift the numbers of the others.
 */
export function drawsFor(seed: number, name: string): Draws {
  return new Draws(seededRandom(hash32(`${seed}:${name}`)));
}

/** FNV-1a, 32 bits. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
