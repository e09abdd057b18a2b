/** Dependence runs one way; each rule says what to do instead. See ARCHITECTURE.md. */
const LAYERS = ['battle|ratings', 'persistence', 'bots', 'rooms', 'matchmaking', 'cluster', 'http'];

/** A layer may use itself and those before it. */
const upward = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `no-upward-from-${layer.replace('|', '-and-')}`,
  comment: 'A lower layer needs something of a higher one: take it as a port that server.ts passes in.',
  severity: 'error',
  from: { path: `^src/(${layer})/` },
  to: { path: `^src/(${LAYERS.slice(index + 1).join('|')})/` },
}));

export default {
  forbidden: [
    ...upward,
    {
      name: 'core-is-pure',
      comment:
        'The core takes the sim, its schema library and itself. Chance, time and I/O come in as arguments.',
      severity: 'error',
      from: { path: '^src/(battle|ratings)/' },
      to: { pathNot: ['^src/(battle|ratings)/', 'node_modules/@pkmn/', 'node_modules/zod/', '^module$'] },
    },
    {
      name: 'ratings-stand-alone',
      comment: 'Ratings are arithmetic. What they need of a battle comes in as arguments.',
      severity: 'error',
      from: { path: '^src/ratings/' },
      to: { pathNot: '^src/ratings/' },
    },
    {
      name: 'bots-see-what-clients-see',
      comment:
        'A bot knows its format, the lines of its channel and its requests. No battle, session or room.',
      severity: 'error',
      from: { path: '^src/bots/' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/bots/',
          '^src/battle/(bot-seat|format|hash|ids|legal-choice|move-options|public-facts|random|request)(\\.ts$|/)',
        ],
      },
    },
    {
      name: 'session-sees-ports-only',
      comment: 'What the session needs of sockets or stores goes into session-ports.ts.',
      severity: 'error',
      from: {
        path: '^src/rooms/(battle-session|session-ports|deadlines|inbox|persist|scheduler|battle-view)\\.ts$',
      },
      to: { path: 'node_modules/(@colyseus|@mikro-orm|pg|ioredis)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'drivers-in-adapters-only',
      comment: 'Talk to the database through a port of src/persistence.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/persistence/' },
      to: { path: 'node_modules/(pg|@mikro-orm|ioredis)/' },
    },
    {
      name: 'nobody-uses-the-root',
      comment: 'server.ts puts things together; nothing but run.ts may need it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|run)\\.ts$' },
      to: { path: '^src/(main|run|server)\\.ts$' },
    },
    {
      name: 'client-stands-alone',
      comment: 'The client package takes the Colyseus SDK, and of the server the types of its message table.',
      severity: 'error',
      from: { path: '^client/' },
      to: { pathNot: ['^client/', 'node_modules/@colyseus/sdk/', '^src/rooms/messages\\.ts$'] },
    },
    {
      name: 'client-takes-types-only',
      comment: "The server's code is not published with the client: import types.",
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'page-sees-what-clients-see',
      comment:
        'The page takes the client package, and of the server what reads lines and requests. What else it needs comes over the wire.',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        path: '^(src|client|scripts|loadtest|test)/',
        pathNot: [
          '^client/src/endure\\.ts$',
          '^src/battle/(bot-seat|move-options|public-facts)\\.ts$',
          '^src/replay-page/state-after\\.ts$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'page-names-few-types',
      comment: 'Types of the wire, of lines and requests, and of the table that is cut for the page.',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        path: '^(src|client|scripts|loadtest|test)/',
        pathNot: [
          '^client/src/endure\\.ts$',
          '^src/battle/(bot-seat|ids|move-options|public-facts|request)(\\.ts$|/)',
          '^src/(ratings/achievements|replay-page/state-after|rooms/messages)\\.ts$',
          '^scripts/page-dex\\.ts$',
        ],
      },
    },
    {
      name: 'page-ships-few-packages',
      comment:
        'The first load has a budget, and the rules of the game stay on the server: ask it, or cut a table.',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        path: 'node_modules/',
        pathNot: 'node_modules/(@colyseus/sdk|@pkmn/(protocol|view)|vite)/',
      },
    },
    {
      name: 'no-circular',
      comment:
        'Two modules that need each other are one module, or miss a third. Entities name each other lazily.',
      severity: 'error',
      from: { pathNot: '^src/persistence/database/entities/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-dev-in-product',
      comment: 'A package that the server needs is a dependency, not a devDependency.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // It cannot use TypeScript 7, which has no compiler API yet.
    parser: 'swc',
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
