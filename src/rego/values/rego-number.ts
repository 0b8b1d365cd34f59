/** A number that a JavaScript number cannot stand for: its text differs from `String(n)`, or it is beyond the safe integers. */

/** A number kept as it was written. Its value is worked out by `number.ts`, on demand, and cached there. */
export class RegoNumber {
  /** The literal, e.g. `1.0`, `1e3`, `12345678901234567890`. */
  readonly text: string;
  /** The value as `digits * 10^exponent`, filled by `decimalOf` in `number.ts`. */
  decimal: { readonly digits: bigint; readonly exponent: number } | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }
}
