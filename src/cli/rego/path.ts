/** Turns what a command line says of a file into its path. */
import { quote } from "../../rego/index.ts";
import { FileError } from "../effects.ts";

/** Returns the path that a text names, which may be a `file://` URL. Throws FileError. */
export function filePath(text: string): string {
  if (!text.includes("://")) return text;
  if (!text.startsWith("file://")) throw new FileError(`unsupported URL scheme: ${text}`);
  try {
    return decodeURIComponent(
      text
        .slice("file://".length)
        .replace(/^[^/]*/, "")
        .replace(/[?#].*$/s, ""),
    );
  } catch {
    throw new FileError(`parse ${quote(text)}: invalid URL escape`);
  }
}
