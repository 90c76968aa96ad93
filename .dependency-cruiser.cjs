/**
 * Who may import whom (DESIGN, layout). Each comment says where to go instead.
 * test/architecture.test.ts keeps a known-bad import that must make this file's rules fail.
 */
const PURE = '^engine/(contract/|events/catalog\\.ts|rules/triggers\\.ts|actions/catalog\\.ts|actions/[^/]+/definition\\.ts|templates/)';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', comment: 'Two files that need each other are one subject, or miss a third one.', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'resolvable', severity: 'error', comment: 'The import does not resolve: a typo, or a package missing from package.json.', from: {}, to: { couldNotResolve: true } },
    { name: 'no-dev-dependency-in-product', severity: 'error', comment: 'The product may only use packages from "dependencies".', from: { path: '^(engine|electron|renderer)/' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
    { name: 'contract-is-pure', severity: 'error', comment: 'engine/contract knows zod and itself; move what needs more to the layer that uses it.', from: { path: '^engine/contract/' }, to: { pathNot: ['^engine/contract/', 'node_modules/zod/'] } },
    { name: 'pure-stays-pure', severity: 'error', comment: 'Catalogues and definitions may import the contract and one another; what runs belongs into run.ts.', from: { path: PURE }, to: { pathNot: [PURE, 'node_modules/zod/'] } },
    { name: 'templates-stand-alone', severity: 'error', comment: 'engine/templates could be published alone: pass what it needs as an argument.', from: { path: '^engine/templates/' }, to: { pathNot: '^engine/templates/' } },
    { name: 'store-is-the-floor', severity: 'error', comment: 'engine/store knows tables, not features: give it values.', from: { path: '^engine/store/' }, to: { path: '^engine/', pathNot: '^engine/(store|contract|lib)/' } },
    { name: 'sqlite-only-in-store', severity: 'error', comment: 'Only engine/store opens SQLite; add a query to the file of its table.', from: { path: '^(engine|electron|renderer)/', pathNot: '^engine/store/' }, to: { path: 'node_modules/better-sqlite3/' } },
    { name: 'events-below-features', severity: 'error', comment: 'The log is the bus: features call record() and subscribe, the log calls nobody.', from: { path: '^engine/events/' }, to: { path: '^engine/', pathNot: '^engine/(events|store|contract|lib)/' } },
    { name: 'vfs-knows-no-protocol', severity: 'error', comment: 'vfs decides and records; protocols translate, rules subscribe to the log or to decide(op).', from: { path: '^engine/vfs/' }, to: { path: '^engine/', pathNot: '^engine/(vfs|events|store|contract|lib)/' } },
    { name: 'accounts-know-no-protocol', severity: 'error', comment: 'Sign-in is the same for all protocols: return a result, let the protocol say it.', from: { path: '^engine/accounts/' }, to: { path: '^engine/', pathNot: '^engine/(accounts|events|store|contract|lib)/' } },
    { name: 'protocols-translate', severity: 'error', comment: 'A protocol turns packets into session calls; rules, actions and tables are reached through vfs and accounts.', from: { path: '^engine/protocols/' }, to: { path: '^engine/', pathNot: '^engine/(protocols|vfs|accounts|contract|lib)/' } },
    { name: 'protocols-apart', severity: 'error', comment: 'SFTP and FTP share vfs and accounts, never each other.', from: { path: '^engine/protocols/(sftp|ftp)/' }, to: { path: '^engine/protocols/(sftp|ftp)/', pathNot: '^engine/protocols/$1/' } },
    { name: 'actions-apart', severity: 'error', comment: 'An action knows its own folder; share code through engine/outbound, engine/vfs or engine/lib.', from: { path: '^engine/actions/([^/]+)/' }, to: { path: '^engine/', pathNot: ['^engine/actions/$1/', '^engine/actions/runner\\.ts', '^engine/(contract|lib|outbound|vfs|templates)/'] } },
    { name: 'rules-know-no-protocol', severity: 'error', comment: 'Rules see events, not packets.', from: { path: '^engine/rules/' }, to: { path: '^engine/', pathNot: '^engine/(rules|actions|events|store|vfs|accounts|templates|contract|lib)/' } },
    { name: 'rpc-knows-no-shell', severity: 'error', comment: 'rpc handlers serve every transport; HTTP and IPC stay outside.', from: { path: '^engine/rpc/' }, to: { path: '^(electron|renderer|engine/(http|cli))' } },
    { name: 'engine-knows-no-shell', severity: 'error', comment: 'createEngine() does not know who hosts it; take a host service as an argument.', from: { path: '^engine/' }, to: { path: ['^(electron|renderer)/', 'node_modules/electron/'] } },
    { name: 'electron-sees-the-front-door', severity: 'error', comment: 'The shell uses engine/index.ts and engine/contract.', from: { path: '^electron/' }, to: { path: '^(engine|renderer)/', pathNot: '^engine/(index\\.ts|contract/)' } },
    { name: 'renderer-sees-pure-files', severity: 'error', comment: 'The console may import the contract, the catalogues and the definitions, nothing that runs.', from: { path: '^renderer/' }, to: { path: '^(engine|electron)/', pathNot: PURE } },
    { name: 'features-apart', severity: 'error', comment: 'Share through stores, forms, ui or rpc.', from: { path: '^renderer/features/([^/]+)/' }, to: { path: '^renderer/features/([^/]+)/', pathNot: '^renderer/features/$1/' } },
    { name: 'nothing-imports-tests', severity: 'error', comment: 'Product and build code stand without the tests.', from: { pathNot: '^test/' }, to: { path: '^test/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache|test/fixtures/known-bad)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'engine/tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
  },
};
