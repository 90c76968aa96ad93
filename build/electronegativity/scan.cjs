// Runs the scanner on the folder of the first argument, as for the Electron version of the second, and prints its findings as JSON. Not its
// own command line: that one asks the network for translations and release notes, and falls over when a retry fails.
const { join } = require('node:path');

const own = (path) => require.resolve(join(__dirname, 'node_modules', path));
const i18n = require(own('i18n'));
const got = own('got');
require.cache[got] = { id: got, filename: got, loaded: true, exports: () => Promise.reject(new Error('offline')) };

const [folder, electronVersion] = process.argv.slice(2);
const scanner = join(__dirname, 'node_modules/@doyensec/electronegativity/dist');
i18n.configure({
  locales: ['en-US'],
  defaultLocale: 'en-US',
  directory: join(scanner, 'locales'),
  updateFiles: false,
  objectNotation: true,
  register: global,
});

const run = require(join(scanner, 'runner.js'));
run(
  {
    input: folder,
    isRelative: true,
    isVerbose: false,
    customScan: [],
    excludeFromScan: [],
    parserPlugins: [],
    electronVersionOverride: electronVersion,
  },
  false,
).then(({ issues, errors }) => process.stdout.write(JSON.stringify({ issues, errors })));
