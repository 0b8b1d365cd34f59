import { describe, expect, it } from "vitest";
import { sprintf } from "../../../src/rego/text/format.ts";
import type { FormatArgument } from "../../../src/rego/text/format-argument.ts";

const int = (value: bigint | number): FormatArgument => ({ kind: "int64", value: BigInt(value) });
const big = (value: bigint): FormatArgument => ({ kind: "bigInt", value });
const float = (value: number): FormatArgument => ({ kind: "float64", value });
const str = (value: string): FormatArgument => ({ kind: "string", value });
const nil: FormatArgument = { kind: "nil" };
const yes: FormatArgument = { kind: "bool", value: true };

describe("sprintf", () => {
  it.each<[string, readonly FormatArgument[], string]>([
    ["%d|%5d|%-5d|%05d|%+d|% d", [int(1), int(1), int(1), int(-1), int(1), int(1)], "1|    1|1    |-0001|+1| 1"],
    ["%b %o %O %x %X %#x %#o %#b", Array(8).fill(int(255)), "11111111 377 0o377 ff FF 0xff 0377 0b11111111"],
    ["%.3d|%6.3d|%.0d|", [int(7), int(7), int(0)], "007|   007||"],
    ["%c %q %U %#U %c", [int(65), int(39), int(9731), int(65), int(55296)], "A '\\'' U+2603 U+0041 'A' \ufffd"],
    ["%s|%5s|%-5s|%.2s|%05s", Array(5).fill(str("héy")), "héy|  héy|héy  |hé|00héy"],
    [
      "%q %+q %#q %x %X %# x",
      [str('a"'), str("é"), str("a b"), str("é"), str("hi"), str("hi")],
      '"a\\"" "\\u00e9" `a b` c3a9 6869 0x68 0x69',
    ],
    ["%v %#v %T", [str("a"), str("a"), str("a")], 'a "a" string'],
    ["%f %.2f %8.2f %+.1f", [float(1.5), float(2.345), float(-1), float(0.25)], "1.500000 2.35    -1.00 +0.2"],
    ["%e %E %g %G", [float(1234.5), float(1234.5), float(1e6), float(1e-5)], "1.234500e+03 1.234500E+03 1e+06 1E-05"],
    ["%g %v %.3g %#g", [float(123456789), float(0.0001), float(1234567), float(1)], "1.23456789e+08 0.0001 1.23e+06 1.00000"],
    ["%x %b %.2x", [float(7), float(1), float(1.999)], "0x1.cp+02 4503599627370496p-52 0x1.00p+01"],
    ["%t %v %d", [yes, yes, yes], "true true %!d(bool=true)"],
    ["%v %d", [nil, nil], "<nil> %!d(<nil>)"],
    [
      "%d %x %s %10d %z",
      Array(5).fill(big(10n ** 20n)),
      "100000000000000000000 56bc75e2d63100000 100000000000000000000 100000000000000000000 %!z(big.Int=100000000000000000000)",
    ],
    [
      "%+d|% x|%025d|%-25d|",
      Array(4).fill(big(10n ** 20n)),
      "+100000000000000000000| 56bc75e2d63100000|0000100000000000000000000|100000000000000000000    |",
    ],
    ["%w", [big(10n ** 20n)], "%!w(*big.Int=&{false [7766279631452241920 5]})"],
    ["%[2]d %[1]d", [int(1), int(2)], "2 1"],
    ["%*d|%-*d|%.*f", [int(4), int(1), int(4), int(1), int(1), float(0.25)], "   1|1   |0.2"],
    ["%*d", [int(-4), int(1)], "1   "],
    ["%*d", [str("x"), int(1)], "%!(BADWIDTH)1"],
    ["%.*d", [int(-1), int(1)], "%!(BADPREC)1"],
    ["%[5]d %[x]d %[1", [int(1)], "%!d(BADINDEX) %!d(BADINDEX) %!(NOVERB)"],
    ["100%% %", [], "100% %!(NOVERB)"],
    ["%é", [int(1)], "%!é(int64=1)"],
    ["x", [int(1), str("a"), nil], "x%!(EXTRA int64=1, string=a, <nil>)"],
    ["%99999999d", [int(1)], "%!(NOVERB)%!(EXTRA int64=1)"],
  ])("%o of %o", (format, values, expected) => {
    expect(sprintf(format, values)).toBe(expected);
  });

  it("tells of widths before it writes them", () => {
    const told: number[] = [];
    sprintf("%1000d", [int(1)], (characters) => told.push(characters));
    expect(told).toEqual([1000]);
  });
});
