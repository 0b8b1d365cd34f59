/** Bounds what a builtin may create, before it creates it: the evaluation's budget first, the engine's own limit of strings second. */
import type { BuiltinContext } from "./context.ts";
import type { BuiltinResult } from "./define.ts";
import type { Failure } from "./failure.ts";
import { builtinError } from "./operands.ts";

// JavaScript strings end at 2^29 - 24 characters; a sixteenth of that takes seconds to write and is no answer to anything.
const MOST_CHARACTERS = 33_554_432;
const TOO_LONG = "result too long";

class TextTooLong {}

// A failure would make the call undefined, and with it the rule that should have denied: the whole evaluation ends instead, for want of budget.
function tooLong(context: BuiltinContext, name: string): Failure {
  context.spend(Number.POSITIVE_INFINITY);
  return builtinError(name, TOO_LONG);
}

/** Charges a text of that many characters; ends the evaluation when no text can be that long. */
export function reserveText(context: BuiltinContext, name: string, characters: number): Failure | undefined {
  context.spend(characters);
  return characters > MOST_CHARACTERS ? tooLong(context, name) : undefined;
}

/**
 * Runs a writer of text that reports its progress to `spend`, and turns one that would never end (a width of millions, a value that
 * shares its parts over and over) into the end of the evaluation.
 */
export function writeBounded(context: BuiltinContext, name: string, write: (spend: (characters: number) => void) => string): BuiltinResult {
  let written = 0;
  const spend = (characters: number): void => {
    context.spend(characters);
    written += characters;
    if (written > MOST_CHARACTERS) throw new TextTooLong();
  };
  try {
    return write(spend);
  } catch (problem) {
    if (problem instanceof TextTooLong) return tooLong(context, name);
    throw problem;
  }
}
