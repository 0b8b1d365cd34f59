/** Passes on what is printed while it happens, and not again when the same evaluation is made a second time. */
import type { EvaluationInputs } from "./outcome.ts";

type Print = NonNullable<EvaluationInputs["onPrint"]>;

/** A receiver of prints for an evaluation and its repetition. */
interface PrintedOnce {
  readonly onPrint: Print;
  /** Says that what follows is the repetition. */
  repeat(): void;
}

/** Makes a receiver that passes each line on once. */
export function printedOnce(print: Print): PrintedOnce {
  const printed = new Map<string, number>();
  let repeating = false;
  return {
    onPrint(text, at) {
      const known = printed.get(text) ?? 0;
      if (repeating && known > 0) {
        printed.set(text, known - 1);
        return;
      }
      if (!repeating) printed.set(text, known + 1);
      print(text, at);
    },
    repeat() {
      repeating = true;
    },
  };
}
