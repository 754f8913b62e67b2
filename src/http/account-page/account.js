/* global document, location, history, FormData, fetch, Blob */
/** Looking after one's own account. A token from a mail is in the fragment of the address, which no server is sent. */
const $ = (id) => document.getElementById(id);
let token = null;

function say(text, bad = false) {
  $("said").textContent = text;
  $("said").classList.toggle("bad", bad);
}

async function ask(path, body) {
  const response = await fetch(`../auth/${path}`, {
    method: "POST", headers: { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.message ?? `The server answered ${response.status}.`);
  return answer;
}

function onSend(id, work) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    work(given, event.target).catch((error) => say(error instanceof Error ? error.message : String(error), true));
  });
}

function show(...ids) {
  for (const id of ["reset", "forgot", "login", "own"]) $(id).hidden = !ids.includes(id);
}

onSend("login", async (given, form) => {
  token = (await ask("login", given)).token;
  form.reset();
  show("own");
  say(`You are ${given.username}.`);
});
onSend("forgot", async (given) => say((await ask("forgot", given)).message));
onSend("password", async (given, form) => {
  token = (await ask("password", given)).token;
  form.reset();
  say("It is changed.");
});
onSend("email", async (given, form) => {
  say((await ask("email", given)).message);
  form.reset();
});
onSend("export", async () => {
  const data = await ask("export", {});
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  link.download = "waystone-account.json";
  link.click();
  URL.revokeObjectURL(link.href);
});
onSend("delete", async (given) => {
  await ask("delete", given);
  token = null;
  show();
  say("Your account is gone. Farewell.");
});

const [, purpose, secret] = /^#(reset|email)=(\S+)$/.exec(location.hash) ?? [];
// Not kept where whoever comes after could find it.
if (secret !== undefined) history.replaceState(null, "", location.pathname);
if (purpose === "reset") {
  show("reset");
  onSend("reset", async (given) => {
    await ask("reset", { token: secret, ...given });
    show("login");
    say("The new password is set. Log in with it.");
  });
} else {
  show("login", "forgot");
  if (purpose === "email") ask("email/confirm", { token: secret }).then(() => say("Thank you. A lost password can be replaced from this address now."), (error) => say(error.message, true));
}
