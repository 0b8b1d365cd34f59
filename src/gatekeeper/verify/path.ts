/** Joins slash-separated paths as Go's `path` package does: no empty parts, no dots, parents resolved. https://pkg.go.dev/path#Join */

/** Joins two paths and cleans the result. */
export function joinPath(directory: string, name: string): string {
  const parts: string[] = [];
  const rooted = directory.startsWith("/") || (directory === "" && name.startsWith("/"));
  for (const part of `${directory}/${name}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  return rooted ? `/${parts.join("/")}` : parts.join("/") || ".";
}

/** Returns the directory of a path. */
export function directoryOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at) || "/";
}
