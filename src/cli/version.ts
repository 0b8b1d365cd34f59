/** What `--version` says: our own version and those of the originals whose answers we give. */

/** The version of the package; a test holds it against `package.json`. */
export const VERSION = "0.1.0";

/** Returns the line that `--version` prints, which begins as gator's does. */
export function versionLine(name: string): string {
  return `${name} version ${VERSION} (Portcullis; answers as gatekeeper/v3.23, opa/v1.19)`;
}
