/* global document, Node, FormData, fetch, sessionStorage, location */
/** The page of those who look after the world. All it does goes through /admin/api; what comes from there is shown as text only. */
const KEY = "waystone-staff-token";
const $ = (id) => document.getElementById(id);

/** An element with attributes and children; text never becomes markup. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined).map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

function say(text, bad = false) {
  $("said").textContent = text;
  $("said").classList.toggle("bad", bad);
}

async function ask(path, body) {
  const token = sessionStorage.getItem(KEY);
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (response.status === 401 && !path.endsWith("/login")) logOut();
  if (!response.ok) throw new Error(answer.error?.message ?? `The server answered ${response.status}.`);
  return answer;
}
const api = (path, body) => ask(`api${path}`, body);
const path = encodeURIComponent;

/** Runs something that asks the server, and says what went wrong. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  }
}

function table(columns, rows) {
  if (rows.length === 0) return el("p", {}, "Nothing.");
  return el("div", { class: "wide" }, el("table", {},
    el("thead", {}, el("tr", {}, Object.keys(columns).map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, Object.values(columns).map((cell) => el("td", {}, cell(row))))))));
}

/** A form: its fields by name and label; `send` gets their values, without the empty ones. */
function form(title, fields, button, send) {
  return el("form", {
    onsubmit: (event) => {
      event.preventDefault();
      const values = {};
      for (const [name, value] of new FormData(event.target)) if (value !== "") values[name] = typeof value === "string" ? value.trim() : value;
      void attempt(() => send(values, event.target));
    },
  }, el("h2", {}, title), fields.map(([name, label, more = {}]) => el("label", {}, label, more.options === undefined
    ? el("input", { name, ...more })
    : el("select", { name }, more.options.map((option) => el("option", { value: option }, option === "" ? "all" : option))))), el("button", {}, button));
}
const required = { required: true };
const number = (value) => (value === undefined ? undefined : Number(value));

async function done(work, again) {
  const { outcome, said } = await work;
  say(outcome === "ordered" ? said.join(" ") : ["Done.", ...(said ?? [])].join(" "));
  await again?.();
}

const views = {
  async Players(view) {
    const { players } = await api("/players");
    view.append(el("h2", {}, `In the world: ${players.length}`), table({
      Name: (one) => el("button", { onclick: () => show("Person", one.name) }, one.name),
      Role: (one) => (one.guest ? "guest" : one.role), Area: (one) => one.area,
      Room: (one) => el("button", { onclick: () => show("Room", one.room) }, one.room_title ?? one.room ?? "?"), Away: (one) => (one.away ? "yes" : ""),
    }, players));
  },

  async Person(view, name) {
    view.append(form("Somebody", [["name", "Name", { ...required, value: name ?? "" }]], "Show", (given) => show("Person", given.name)));
    if (name === undefined) return;
    const who = await api(`/characters/${path(name)}`);
    const act = (action, body) => done(api(`/characters/${path(who.name)}/${action}`, body), () => show("Person", who.name));
    view.append(
      el("h2", {}, `${who.name} (${who.guest ? "guest" : who.role})`),
      el("p", {}, `${who.in_the_world ? "In the world" : "Not in the world"}, at ${who.room_title ?? who.room} in ${who.area ?? "no area"}; ${who.coins} coins; came ${who.created}, last seen ${who.lastSeen ?? "never"} (UTC).`),
      who.muted === null ? "" : el("p", {}, `Muted: ${who.muted.reason}${who.muted.untilMs === null ? "" : `, until ${new Date(who.muted.untilMs).toISOString()}`}`),
      who.banned === null ? "" : el("p", {}, `Banned: ${who.banned.reason}${who.banned.until === null ? "" : `, until ${who.banned.until} UTC`}`),
      who.address === undefined || who.address === null ? "" : el("p", {}, `Address: ${who.address}`),
      table({ Thing: (item) => item.name, Many: (item) => item.quantity, Id: (item) => el("button", { onclick: () => show("Records", { item: item.id }) }, item.id), Where: (item) => item.at }, who.items),
      ...[["kick", "Take out of the world"], ["unmute", "Let speak again"], ["unban", "Let in again"]].map(([action, title]) => form(title, [["reason", "Why", required]], title, (given) => act(action, given))),
      ...[["mute", "Mute"], ["ban", "Ban"]].map(([action, title]) => form(title, [["reason", "Why", required], ["minutes", "Minutes (none: for ever)", { type: "number", min: 1 }]], title, (given) => act(action, { ...given, minutes: number(given.minutes) }))),
      form("Teleport", [["room", "Room's id", required], ["reason", "Why", required]], "Teleport", (given) => act("teleport", given)),
      form("Give", [["kind", "Kind of thing", required], ["quantity", "Many", { type: "number", min: 1, value: 1 }], ["reason", "Why", required]], "Give", (given) => act("give", { ...given, quantity: number(given.quantity) })),
      form("Give coins", [["coins", "Coins", { type: "number", min: 1, ...required }], ["reason", "Why", required]], "Give", (given) => act("give", { ...given, coins: number(given.coins) })),
      form("Take", [["item", "Thing's id", required], ["quantity", "Many (none: all)", { type: "number", min: 1 }], ["reason", "Why", required]], "Take", (given) => act("take", { ...given, quantity: number(given.quantity) })),
      form("Role", [["role", "Role", { options: ["player", "builder", "moderator", "operator"] }], ["reason", "Why", required]], "Change", (given) => act("role", given)),
    );
  },

  async Room(view, id) {
    view.append(form("A room", [["id", "Room's id", { ...required, value: id ?? "" }]], "Look", (given) => show("Room", given.id)));
    if (id === undefined) return;
    const room = await api(`/rooms/${path(id)}`);
    view.append(el("h2", {}, `${room.title} (${room.id}, ${room.area})`), el("p", {}, `Ways: ${room.exits.map((exit) => `${exit.name} to ${exit.to}`).join(", ")}`),
      table({ Who: (one) => el("button", { onclick: () => show("Person", one.name) }, one.name) }, room.people),
      table({ Thing: (item) => item.name, Many: (item) => item.quantity, Id: (item) => item.id }, room.items),
      el("h2", {}, "Heard there lately"), el("pre", {}, room.heard.map((line) => line.text).join("\n") || "Nothing, or another process serves it."));
  },

  async Reports(view, state = "open") {
    const { reports } = await api(`/reports?state=${path(state)}`);
    view.append(el("h2", {}, `Reports, ${state}`), el("button", { onclick: () => show("Reports", state === "open" ? "closed" : "open") }, state === "open" ? "Show closed ones" : "Show open ones"));
    if (reports.length === 0) view.append(el("p", {}, "Nothing."));
    for (const report of reports) {
      view.append(el("h2", {}, `${report.at} UTC, in ${report.room}: ${report.reporter}${report.reported === null ? "" : ` about ${report.reported}`}`), el("p", {}, report.words),
        el("pre", {}, report.lines.map((line) => line.text).join("\n") || "(had heard nothing)"),
        report.closedAt === null
          ? form("Close", [["note", "What was done", required]], "Close", (given) => done(api(`/reports/${path(report.id)}/close`, given), () => show("Reports")))
          : el("p", {}, `Closed ${report.closedAt} by ${report.closedBy}: ${report.note}`));
    }
  },

  async Records(view, { item, character, entry } = {}) {
    view.append(
      form("Through whose hands a thing went", [["item", "Thing's id", { ...required, value: item ?? "" }]], "Show", (given) => show("Records", given)),
      form("What somebody did", [["character", "Name", { ...required, value: character ?? "" }]], "Show", (given) => show("Records", given)),
      form("An entry of the journal", [["entry", "Number", { ...required, inputmode: "numeric", value: entry ?? "" }]], "Show", (given) => show("Records", given)),
      form("Take back a trade, gift or sale", [["entry", "Number", { ...required, inputmode: "numeric" }], ["force", "As much as can be", { type: "checkbox" }], ["reason", "Why", required]], "Undo",
        (given) => done(api("/undo", { ...given, force: given.force !== undefined }))),
    );
    const lines = item !== undefined ? await api(`/items/${path(item)}`) : character !== undefined ? await api(`/journal?character=${path(character)}`) : entry !== undefined ? await api(`/journal/${path(entry)}`) : undefined;
    if (lines !== undefined) view.append(el("pre", {}, lines.lines.join("\n")));
    const { audit } = await api("/audit?limit=100");
    view.append(el("h2", {}, "What was done in the world's name"), table({
      When: (row) => `${row.at} UTC`, Who: (row) => `${row.staff} (${row.via})`, What: (row) => row.action, "To whom": (row) => row.targetName ?? row.target ?? "",
      How: (row) => (Object.keys(row.detail).length === 0 ? "" : JSON.stringify(row.detail)), Why: (row) => row.reason ?? "", Outcome: (row) => row.outcome ?? "",
    }, audit));
  },

  async Server(view) {
    const [levels, { errors }, { profiles, taking }] = await Promise.all([api("/log-level"), api("/errors"), api("/profiles")]);
    const again = () => show("Server");
    const ids = levels.processes.map((one) => one.process);
    view.append(
      levels.unreachable.length === 0 ? "" : el("p", { class: "bad" }, `These processes do not answer: ${levels.unreachable.join(", ")}`),
      el("h2", {}, "Errors by kind, since each process started"),
      table({ Kind: (one) => `${one.type}${one.code === null ? "" : ` ${one.code}`}`, Times: (one) => one.count, Message: (one) => one.message, Where: (one) => `${one.frame ?? "?"}: ${one.where}`, First: (one) => one.first, Last: (one) => one.last, Request: (one) => one.request ?? "", Processes: (one) => one.processes.length }, errors),
      el("h2", {}, "What is logged"),
      table({ Process: (one) => one.process, From: (one) => one.level, Until: (one) => one.until ?? "" }, levels.processes),
      form("Log more, or less", [["process", "Process", { options: ["", ...ids] }], ["level", "From", { options: ["debug", "trace", "info", "warn", "error"] }], ["minutes", "Minutes", { type: "number", min: 1, max: 120, value: 15 }], ["reason", "Why", required]], "Set",
        (given) => done(api("/log-level", { ...given, minutes: number(given.minutes) }), again)),
      el("h2", {}, "Profiles"),
      table({ File: (one) => el("button", { onclick: () => attempt(() => download(one.process, one.name)) }, one.name), Bytes: (one) => one.bytes, Made: (one) => one.made }, profiles),
      taking.length === 0 ? "" : el("p", {}, `Being made: ${taking.map((one) => one.file).join(", ")}`),
      form("CPU profile", [["id", "Process", { options: ids }], ["seconds", "Seconds", { type: "number", min: 1, max: 120, value: 10 }], ["reason", "Why", required]], "Take", ({ id, seconds, reason }) => done(api(`/processes/${path(id)}/profile`, { seconds: number(seconds), reason }), again)),
      form("Heap snapshot: the process stands still for it, and everything in memory is in it, secrets too", [["id", "Process", { options: ids }], ["force", "Also a large one", { type: "checkbox" }], ["reason", "Why", required]], "Take", ({ id, force, reason }) => done(api(`/processes/${path(id)}/heap-snapshot`, { force: force !== undefined, reason }), again)),
    );
  },

  async Jobs(view) {
    const [{ jobs, runs }, { days }, { boards, made_at: madeAt }] = await Promise.all([api("/jobs"), api("/statistics?days=14"), ask("../api/leaderboard")]);
    const again = () => show("Jobs");
    view.append(
      el("h2", {}, "Background jobs"),
      table({ Job: (one) => one.name, "What it does": (one) => one.about, "When (UTC)": (one) => one.cron, Next: (one) => one.next ?? "?", "Last success": (one) => one.last_success ?? "never", "Last result": (one) => one.last_result ?? "" }, jobs),
      form("Run one now", [["job", "Job", { options: jobs.map(({ name }) => name) }], ["reason", "Why", required]], "Run", ({ job, reason }) => done(api(`/jobs/${path(job)}/run`, { reason }), again)),
      el("h2", {}, "Newest runs"),
      table({ Job: (run) => run.job, Began: (run) => `${run.started} UTC`, "Took, s": (run) => (run.tookS === null ? "" : Math.round(run.tookS * 100) / 100), Result: (run) => run.result, Try: (run) => run.attempt, Process: (run) => run.process, Said: (run) => run.said.join(" ") }, runs.slice(0, 30)),
      el("h2", {}, "Days (UTC)"), table({ Day: (day) => day.day, Players: (day) => day.players, "Commands that changed something": (day) => day.commands, "New accounts": (day) => day.accounts, "New guests": (day) => day.guests }, days),
      el("h2", {}, `Leaderboards${madeAt === null ? "" : `, of ${madeAt}`}`),
      ...Object.entries(boards).flatMap(([board, places]) => [el("h2", {}, board), table({ Rank: (one) => one.rank, Name: (one) => one.name, Value: (one) => one.value }, places.slice(0, 10))]),
    );
  },

  async World(view) {
    const [world, { processes }, { flags }] = await Promise.all([api("/world"), api("/processes"), api("/flags")]);
    const again = () => show("World");
    view.append(
      form("Announce", [["text", "To everybody", { ...required, size: 60 }]], "Announce", (given) => done(api("/announce", given))),
      el("h2", {}, "Processes"),
      table({ Process: (one) => one.id, Address: (one) => one.address, Version: (one) => one.version ?? "", Players: (one) => one.players, "Lag, ms": (one) => Math.round(one.lagMs), State: (one) => (one.alive ? (one.draining ? "closing" : "open") : "gone"), Areas: (one) => one.areas.map(({ area }) => area).join(", ") }, processes),
      form("Close a process", [["id", "Process", { options: processes.filter((one) => one.alive).map((one) => one.id) }], ["reason", "Why", required]], "Close in order", ({ id, reason }) => done(api(`/processes/${path(id)}/drain`, { reason }), again)),
      el("h2", {}, "Time and weather"), el("pre", {}, JSON.stringify({ time: world.time, weather: world.weather }, null, 1)),
      form("Weather", [["climate", "Climate", { options: ["", ...world.climates] }], ["weather", "Weather", { options: ["as it comes", ...world.weathers] }], ["minutes", "Minutes (none: until taken back)", { type: "number", min: 1 }], ["reason", "Why", required]], "Set",
        (given) => done(api("/world/weather", { climate: given.climate ?? null, weather: given.weather === "as it comes" ? null : given.weather, minutes: number(given.minutes), reason: given.reason }), again)),
      form("The world's clock", [["offset_s", "Ahead by so many seconds of real time", { type: "number", ...required }], ["reason", "Why", required]], "Set", (given) => done(api("/world/time", { ...given, offset_s: number(given.offset_s) }), again)),
      el("h2", {}, "Features"), table({ Feature: (flag) => flag.name, "Share of players": (flag) => flag.share, Note: (flag) => flag.note ?? "" }, flags),
      form("Feature", [["name", "Name", required], ["share", "Share, 0 to 1 (none: remove)", { type: "number", min: 0, max: 1, step: "any" }], ["note", "Note"], ["reason", "Why", required]], "Set",
        (given) => done(api("/flags", { ...given, share: given.share === undefined ? null : number(given.share) }), again)),
      el("p", {}, el("button", { onclick: () => attempt(async () => { await api("/session", {}); location.assign("/monitor/"); }) }, "Open the monitor of Colyseus")),
    );
  },
};

/** Saves a file that only a request with our token gets. */
async function download(process, name) {
  const response = await fetch(`api/profiles/${path(process)}/${path(name)}`, { headers: { authorization: `Bearer ${sessionStorage.getItem(KEY)}` } });
  if (!response.ok) throw new Error((await response.json()).error?.message ?? `The server answered ${response.status}.`);
  const url = URL.createObjectURL(await response.blob());
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

let shown = 0;
/** Puts a view in place of the one that is there; until its answers have come the old one is marked as busy. */
function show(name, what) {
  const own = (shown += 1);
  $("view").setAttribute("aria-busy", "true");
  for (const button of $("tabs").children) button.setAttribute("aria-current", button.textContent === name ? "page" : "false");
  const view = el("div");
  return attempt(async () => {
    try {
      await views[name](view, what);
      if (own === shown) $("view").replaceChildren(view);
    } finally {
      if (own === shown) $("view").removeAttribute("aria-busy");
    }
  });
}

function logOut() {
  sessionStorage.removeItem(KEY);
  $("desk").hidden = $("who").hidden = true;
  $("login").hidden = false;
}

async function enter() {
  const { name, role } = await api("/me");
  $("login").hidden = true;
  $("desk").hidden = $("who").hidden = false;
  $("who").replaceChildren(`${name}, ${role} `, el("button", { onclick: () => attempt(async () => { await api("/logout", {}); logOut(); }) }, "Log out"));
  $("tabs").replaceChildren(...Object.keys(views).map((title) => el("button", { type: "button", onclick: () => show(title) }, title)));
  say("");
  await show("Players");
}

$("login").addEventListener("submit", (event) => {
  event.preventDefault();
  const { username, password } = Object.fromEntries(new FormData(event.target));
  void attempt(async () => {
    const { token } = username === "" ? await api("/login", { password }) : await ask("../auth/login", { username, password });
    sessionStorage.setItem(KEY, token);
    event.target.reset();
    await enter();
  });
});
if (sessionStorage.getItem(KEY) !== null) void attempt(enter);
