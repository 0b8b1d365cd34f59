// Runs before every script: says what to do when the Node that npm found is too old to read our sources. Plain CommonJS on purpose.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`portcullis needs Node 22.19 or newer; this is ${process.versions.node}.`);
  console.error(
    "`npm ci` installs Node 24 into node_modules on Linux and Windows; then use npm scripts, or put node_modules/.bin first in PATH.",
  );
  process.exit(1);
}
