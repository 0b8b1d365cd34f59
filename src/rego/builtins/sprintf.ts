/**
 * The builtin `sprintf`: which Go value stands for each Rego value, then Go's formatting.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#builtin-strings-sprintf
 */
import { joinBytes } from "../text/bytes.ts";
import { sprintf as formatText } from "../text/format.ts";
import type { FormatArgument } from "../text/format-argument.ts";
import { int64Of, textOfNumber } from "../values/number.ts";
import { termText } from "../values/print.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { NumberValue, Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { array, row, string } from "./operands.ts";
import { writeBounded } from "./result-size.ts";

/** Returns the Go value that OPA hands to `fmt` for a Rego value. */
function formatArgumentOf(value: Value, spend?: (characters: number) => void): FormatArgument {
  if (typeof value === "string") return { kind: "string", value };
  if (typeof value === "number" || value instanceof RegoNumber) return numberArgument(value);
  return { kind: "string", value: termText(value, spend) };
}

function numberArgument(value: NumberValue): FormatArgument {
  const int64 = int64Of(value);
  if (int64 !== undefined) return { kind: "int64", value: int64 };
  const text = textOfNumber(value);
  if (text.includes(".")) {
    const float = Number(text);
    return Number.isFinite(float) ? { kind: "float64", value: float } : { kind: "string", value: text };
  }
  return /^[-+]?[0-9]+$/.test(text) ? { kind: "bigInt", value: BigInt(text) } : { kind: "string", value: text };
}

function sprintf(context: BuiltinContext, format: string, values: readonly Value[]): BuiltinResult {
  return writeBounded(context, "sprintf", (spend) => {
    const text = formatText(
      format,
      values.map((value) => formatArgumentOf(value, spend)),
      spend,
    );
    spend(text.length);
    return joinBytes(text);
  });
}

/** The rows of this family. */
export const formatting: readonly Builtin[] = [
  row("sprintf", "(format: string, values: array[any]) => output: string", [string, array], sprintf),
];
