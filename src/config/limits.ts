/**
 * Every bound of the server, each with its reason. None is an option: who needs another number changes it here, and the
 * test at bound + 1 with it. Sizes are bytes, durations milliseconds, unless the name says otherwise.
 */
const KIB = 1024;

/** How fast one key may draw from a token bucket: `perMinute` on average, `burst` at once. */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

export const LIMITS = {
  /** Any JSON body but a team's: the largest honest one is under 1 KiB. */
  bodyBytes: 16 * KIB,
  /** Bodies that carry a team: six sets as JSON with long nicknames stay under 16 KiB, export text under 8 KiB. */
  teamBodyBytes: 64 * KIB,
  /** The longest JWT that is looked at. It must fit into a request line, where the Colyseus SDK puts it. */
  tokenChars: 8 * KIB,
  /** As long as the column; also bounds what a log line may name. */
  userIdChars: 128,
  /** A name before it is cleaned and cut. Longer ones are no mistake of a person. */
  rawNameChars: 200,

  /** The longest legal choice (four actives with targets and a gimmick each) has about 120 characters. */
  choiceChars: 200,
  /** WebSocket frame. The largest message is a choice; teams go by HTTP. Larger frames close with 1009. */
  wsPayloadBytes: 4 * KIB,
  /** Pieces of one frame: proxies may cut a frame, and empty pieces cost no bytes. More close with 1008. */
  wsFragments: 64,
  /** Answers to pings that wait to be read: more than may come in a second. Beyond it the connection is cut. */
  wsPendingPongs: 128,
  /** How long a closing WebSocket may take: it goes on reading meanwhile. */
  wsCloseMs: 5_000,
  /** Hard: the connection is closed with 4002 above it. Counts pings and pongs too. */
  messagesPerSecondHard: 100,
  /** Soft: above it a message is answered `RATE_LIMITED` and the connection stays. 80 per second, for bots at play. */
  messages: { perMinute: 4800, burst: 80 },
  /** Bytes a reader may lag behind before it is closed with 4010: one slow reader must not hold the heap. */
  backlogBytes: KIB * KIB,

  /** Connections at one side: phone, desktop, a reload that overlaps, one to spare. */
  connectionsPerSide: 4,
  /** Connections of one user in the matchmaking room: each gets every queue message. */
  connectionsPerUserMatchmaking: 8,
  /** Connections of one user to one ladder: each gets every change. */
  connectionsPerUserLadder: 8,
  /** Ranks that an event names: more than any ladder room shows. Each costs a step along an index. */
  ranksCounted: 1_000,
  /** Battles whose ranks are counted at once: a slow database is not to be kept busy by hints. */
  rankCounts: 16,
  /** Spectators of one battle. Players are not counted and always get in. */
  spectatorsPerBattle: 500,
  /** Connections and seats of one spectator: some pages, some devices, and who reloads; not all the places. */
  connectionsPerSpectator: 8,
  /** Challenges that wait for one user: more are no page's to show. */
  challengesReceived: 20,
  /** Challenges of one user: each disturbs somebody. */
  challengesPerUser: { perMinute: 12, burst: 6 },
  /** Users whom one has blocked: the list is one page. */
  blockedUsers: 500,
  /** Tickets in one queue: pairing looks at all of them. */
  queueLength: 10_000,
  /** An upgrade is held while its battle is brought back; then 503, which the SDK retries. */
  holdUpgradeMs: 10_000,

  /** Teams of one user: more is a data dump, and `GET /teams` is one page. */
  teamsPerUser: 100,
  /** Team name, in characters, as the column. */
  teamNameChars: 64,
  /** Rows of one page of any list. */
  listRows: 100,
  /** Rows of a page when none is asked for. */
  listRowsDefault: 20,
  /** PostgreSQL walks over skipped rows one by one, and over counted ones: no page begins further on. */
  listOffset: 10_000,
  /** Ids in a path or a filter; longer ones exist nowhere. */
  idChars: 64,

  /** Guest tokens per address. A school behind one address still gets in; a script does not fill the user table. */
  guestTokens: { perMinute: 20, burst: 20 },
  /** Admin requests per address, and of metrics that are open to everybody: more than any dashboard asks, and nothing to a script that guesses. */
  adminPerAddress: { perMinute: 120, burst: 60 },
  /** Why the operator ended a battle: a sentence or two. It is logged with the battle. */
  operatorNoteChars: 200,
  /** Deletions per user: each looks through all battles that wait to be recorded, and all processes hear of it. */
  deletionsPerUser: { perMinute: 6, burst: 6 },
  /** Team validations per user: the validator takes up to 10 ms of the one thread that plays the battles. */
  teamValidations: { perMinute: 30, burst: 20 },
  /** Seats and joins per user: each may replay a battle. */
  seatsPerUser: { perMinute: 60, burst: 20 },
  /** The same per address: a tournament hall behind one address, and its reconnections after a restart. */
  seatsPerAddress: { perMinute: 1200, burst: 400 },
  /** Replays per address, read, searched or changed: a long one is some 200 KB of lines. */
  replaysPerAddress: { perMinute: 600, burst: 200 },
  /** Lists, ladders and profiles per address: a hall of 300 after a round; the worst costs PostgreSQL some 20 ms. */
  readsPerAddress: { perMinute: 3_000, burst: 1_000 },
  /** Requests to `/matchmake/*` per address, for the same hall. */
  matchmakePerAddress: { perMinute: 1200, burst: 400 },
  /**
   * WebSocket upgrades per address: 300 players of one school who come back after a crash, to two rooms each and with
   * three tries. Each may ask the store where its room is.
   */
  upgradesPerAddress: { perMinute: 6_000, burst: 2_000 },
  /** The same to no room, which needs no token: the SDK's way to measure the latency. */
  strangersPerAddress: { perMinute: 60, burst: 20 },
  /** An event between processes is below it: it names things by id. A bus that carried them would be the store's load. */
  busEventBytes: KIB,
  /** Events that wait for the store to take them. Beyond it events are refused: they would be old news on arrival. */
  busPublishes: 1_000,
  /** Events that wait for a webhook to take them, the newest ones: an hour of a busy evening. */
  webhooksWaiting: 1_000,
  /** Connection events written at once. */
  connectionEventBatch: 200,
  /** Connection events that wait to be written: those of a crash and the rush back, ten seconds long. */
  connectionEventsWaiting: 5_000,
  /** Events remembered by id, so that one sent twice by a repeated try is delivered once. */
  busRecentEvents: 1_000,

  /** WebSockets passed on to other processes at once. Each holds two sockets; a full process answers 503. */
  relays: 10_000,
  /** A process of ours takes a connection in no time, or it is not there. */
  relayConnectMs: 2_000,
  /** Longer than an upgrade is held, so that the owner's own answer arrives. */
  relayAnswerMs: 12_000,
  /** An owner pings each client every 3 s. From one that says nothing for so long, nothing will come. */
  relaySilenceMs: 7_500,
  /** What one end still has to take after the other one has ended. */
  relayLingerMs: 5_000,

  /** Connections of all: each costs some 20 KB, and a file of the system. */
  connections: 20_000,
  /** HTTP connections of one address, without WebSockets: 300 players whose browsers open six each. */
  httpConnectionsPerAddress: 2_000,
  /** WebSockets of one address: 300 players with a battle, the queue and a ladder each, and those not yet given up. */
  socketsPerAddress: 2_000,
  /** WebSockets of one user at one process, in all rooms: some devices, each with some battles to watch. */
  socketsPerUser: 64,
  /** WebSocket upgrades per user: each may bring all lines of a battle. All the sockets, and again after a crash. */
  upgradesPerUser: { perMinute: 240, burst: 128 },
  /** After our end of a connection, until the other one is cut. */
  socketLingerMs: 3_000,
  /** From a connection's begin to the end of the headers. */
  headersMs: 10_000,
  /** The same to the end of the body: 64 KiB over a very slow line. */
  requestMs: 30_000,
  /** From the headers to the end of the answer, however slowly it is read: the page over a very slow line. */
  answerMs: 60_000,
  /** Longer than load balancers keep theirs, so that it is they who close and never send into a closed one. */
  keepAliveMs: 65_000,
  /** Fields of a header. More: 431. */
  headers: 100,
  /** All of them with the request line, which may carry a token. Beyond it 431. */
  headerBytes: 16 * KIB,
  /** Requests that one connection has sent before the first of them was answered. Browsers send one; more are cut. */
  pipelinedRequests: 32,
  /** Any request per address: the pages of a hall, with all that belongs to them. */
  requestsPerAddress: { perMinute: 30_000, burst: 6_000 },
  /** Requests with a token per user. */
  requestsPerUser: { perMinute: 600, burst: 300 },
  /** Lines sent again per user (`REQUEST_STATE`): a question of some bytes, an answer of up to 200 KB. */
  resendsPerUser: { perMinute: 120, burst: 60 },
  /** Places in the queue, challenges and bots per user: each validates a team, for up to 10 ms. */
  queueJoinsPerUser: { perMinute: 120, burst: 60 },
  /** Questions of one connection to the queue that wait for the one before. */
  queueTurns: 32,

  /** Keys that one set of buckets remembers; beyond it the one longest idle is forgotten. About 100 bytes each. */
  bucketKeys: 50_000,
} as const;
