// Runs before `npm pack` and `npm publish` in this folder: packing the checkout would give a package of sources without programs.
console.error("This folder is the checkout; what is published is built from it: npm run build && npm pack ./dist");
process.exit(1);
