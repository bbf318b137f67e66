"use strict";
// Shows the requests that wait for a person's decision, and sends the decision of the signed-in user.

const asks = new Map();
const kinds = { jit: "just-in-time permission", push: "push approval", ciba: "backchannel request (CIBA)" };
let user = null;
let tenants = "";
let first = true;

const seconds = (count) => count % 60 === 0 ? `${count / 60} min` : `${count} s`;
const time = (moment) => new Date(moment).toLocaleTimeString("en-GB");

// --- who decides ---------------------------------------------------------------------

async function session(method, body) {
	let answer;
	try {
		answer = await request(method, "/dev/console/session", body);
	}
	catch (error) {
		say("Not signed in: " + error.message, true);
		return;
	}
	user = answer.user;
	byId("signed-in").textContent = user ? `Signed in as ${user.name} of ${user.tenant}.` : "Nobody is signed in.";
	byId("who").value = user ? user.tenant + "/" + user.username : "";
	asks.forEach(permit);
}

function showUsers(state) {
	const names = JSON.stringify(state.tenants.map((tenant) => [tenant.slug, tenant.users]));
	if (names === tenants) {
		return;
	}
	tenants = names;
	for (const tenant of state.tenants) {
		const group = element("optgroup");
		group.label = tenant.slug;
		for (const each of tenant.users) {
			const option = element("option", "", each.name);
			option.value = tenant.slug + "/" + each.username;
			group.append(option);
		}
		byId("who").append(group);
	}
	byId("who").value = user ? user.tenant + "/" + user.username : "";
}

function may(item) {
	return Boolean(user) && user.tenant === item.tenant && item.deciders.includes(user.username);
}

function permit(ask) {
	const open = ask.left > 0 && !ask.sent;
	const permitted = may(ask.item);
	for (const field of ask.find("decide").elements) {
		field.disabled = !open || !permitted;
	}
	let text = "";
	if (!permitted) {
		const names = ask.item.deciders.join(", ");
		const who = names ? `Only ${names} of ${ask.item.tenant} can decide this.`
			: `No user of ${ask.item.tenant} has the permission jit.approve.`;
		text = user ? who : `Sign in to decide. ${who}`;
	}
	ask.find("who").textContent = text;
	ask.find("who").hidden = !text;
}

// --- what waits ----------------------------------------------------------------------

const named = (item, name) => (item.rows.find((row) => row.name === name) || {}).value;
const isArgument = (row) => /^arguments($|[.[])/.test(row.name);

// The name of a tool as words: "sendReport" is "Send report". The exact name is below the title.
function words(name) {
	const end = name.indexOf("(");
	const own = end < 0 ? name : name.slice(name.lastIndexOf(".", end) + 1, end);
	const text = own.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim();
	return /^[\w ]+$/.test(text) ? text[0].toUpperCase() + text.slice(1).toLowerCase() : name;
}

function toolOf(item) {
	return named(item, "type") === "tool_invocation" ? named(item, "identifier") : named(item, "tool");
}

function what(item) {
	const tool = toolOf(item);
	if (tool) {
		return words(tool);
	}
	const type = named(item, "type");
	return type ? [words(type), named(item, "identifier")].filter(Boolean).join(" ") : item.reason || "Request without a name";
}

function argumentsOf(item) {
	const rows = item.rows.filter(isArgument);
	return rows.length ? rows.map((row) => ({ ...row, name: row.name.replace(/^arguments\.?/, "") || "arguments" }))
		: item.rows.filter((row) => !["type", "tool", "identifier", "actions"].includes(row.name));
}

// The title with the first arguments, so that two requests of one kind are told apart without the card.
function label(item) {
	const short = (text) => text.length > 40 ? text.slice(0, 39) + "…" : text;
	const rows = argumentsOf(item).filter((row) => row.value !== null);
	const first = rows.slice(0, 2).map((row) => `${row.name}: ${short(row.value)}`);
	const more = rows.length > first.length ? [`and ${rows.length - first.length} more`] : [];
	return first.length ? `${what(item)} (${[...first, ...more].join(", ")})` : what(item);
}

function forWhom(item) {
	const user = named(item, "user");
	if (item.on_behalf_of) {
		return `for ${item.on_behalf_of}`;
	}
	if (!user) {
		return "and names no user";
	}
	return user.startsWith("conversation ") ? `in the ${user}, where nobody is signed in` : `for the user ${user}, as the agent says`;
}

function by(item) {
	const tool = toolOf(item);
	const parts = [`${item.agent} asks `];
	if (tool) {
		parts.push("to run ", element("code", "", tool), " ");
	}
	return [...parts, forWhom(item) + "."];
}

function facts(item) {
	return [kinds[item.kind], item.has_lifetime ? `asks for ${seconds(item.ttl)}` : "",
		`asked at ${time(item.created_at)}`, `agent ${item.agent_id}`].filter(Boolean).join(" · ");
}

function askOf(item) {
	const article = byId("ask-template").content.cloneNode(true).firstElementChild;
	const ask = { article, item, left: 1, sent: false, find: (name) => article.querySelector(`[data-${name}]`) };
	ask.find("title").textContent = what(item);
	article.setAttribute("aria-label", label(item));
	ask.find("by").append(...by(item));
	ask.find("risk").textContent = item.risk + " risk";
	ask.find("risk").classList.toggle("bad", item.risk === "high" || item.risk === "critical");
	ask.find("reason").textContent = item.reason ? `“${item.reason}”` : "The agent gives no reason.";
	ask.find("facts").textContent = facts(item);
	const shown = argumentsOf(item);
	addRows(ask.find("arguments"), shown.length ? shown : [{ name: "No arguments", value: null }]);
	const rest = item.rows.some(isArgument) ? item.rows.filter((row) => !isArgument(row))
		: item.rows.filter((row) => ["type", "tool", "identifier", "actions"].includes(row.name));
	addRows(ask.find("rows"), rest);
	ask.find("rest").hidden = !rest.length;
	ask.find("compared").textContent = item.compared
		? `Compared with the last similar call, ${item.compared.state} at ${time(item.compared.at)}.`
		: "There is no similar call to compare it with.";
	ask.find("more").textContent = item.has_lifetime ? "Change the lifetime, or add a message" : "Add a note";
	ask.find("lifetime").hidden = !item.has_lifetime;
	ask.find("word").hidden = !item.has_word;
	for (const ttl of [...new Set([item.ttl, 60, 300, 600, 900])].sort((a, b) => a - b)) {
		const option = element("option", "", seconds(ttl) + (ttl === item.ttl ? " (as requested)" : ""));
		option.value = ttl;
		option.selected = ttl === item.ttl;
		ask.find("lifetime").querySelector("select").append(option);
	}
	// Pressing Enter in a text field must not decide, because neither decision is harmless.
	ask.find("decide").addEventListener("submit", (event) => event.preventDefault());
	for (const decision of ["approve", "deny"]) {
		ask.find(decision).setAttribute("aria-label", `${ask.find(decision).textContent}: ${label(item)}`);
		ask.find(decision).addEventListener("click", () => decide(ask, decision));
	}
	return ask;
}

// Says that the call goes on below the buttons, which stay on the screen.
const ends = new IntersectionObserver((entries) => {
	for (const entry of entries) {
		const sign = entry.target.closest(".ask").querySelector("[data-below]");
		sign.hidden = entry.isIntersecting || entry.boundingClientRect.top < 0;
	}
}, { rootMargin: "0px 0px -96px 0px" });

function addRows(body, rows) {
	for (const row of rows) {
		const line = element("tr", row.change || "");
		const head = element("th", "", row.name);
		head.scope = "row";
		const cell = element("td");
		if (row.value !== null) {
			cell.append(element("code", "", row.value));
		}
		if (row.change) {
			const before = row.before !== null ? `, before: ${row.before}` : "";
			cell.append(element("span", "change", row.change + before));
		}
		line.append(head, cell);
		body.append(line);
	}
}

async function decide(ask, decision) {
	const form = ask.find("decide").elements;
	const body = { agent_message: form.word.value, notes: form.notes.value };
	if (decision === "approve" && ask.item.has_lifetime) {
		body.ttl = Number(form.ttl.value);
	}
	ask.sent = true;
	permit(ask);
	const done = await change("POST", `/dev/console/inbox/${encodeURIComponent(ask.item.id)}/${decision}`, body,
			`${decision === "approve" ? "Approved" : "Denied"}: ${label(ask.item)}.`);
	ask.sent = false;
	if (done) {
		remove(ask);
	}
	else {
		permit(ask);
	}
}

function remove(ask) {
	const focused = ask.article.contains(document.activeElement) || document.activeElement === document.body;
	const next = ask.article.nextElementSibling || ask.article.previousElementSibling || byId("waiting-title");
	ends.unobserve(ask.find("end"));
	ask.article.remove();
	asks.delete(ask.item.id);
	if (focused) {
		next.focus();
	}
	count();
}

function count() {
	const open = [...asks.values()].filter((ask) => ask.left > 0).length;
	byId("waiting-count").textContent = open || "";
	byId("nothing").hidden = asks.size > 0;
	showCount(open);
}

function tick() {
	for (const ask of asks.values()) {
		const before = ask.left;
		ask.left = Math.max(0, Math.ceil((new Date(ask.item.expires_at) - Date.now()) / 1000));
		const minutes = Math.floor(ask.left / 60);
		ask.find("left").textContent = ask.left
			? `${minutes}:${String(ask.left % 60).padStart(2, "0")} left` : "expired";
		ask.article.classList.toggle("over", !ask.left);
		if (before > 0 && !ask.left) {
			permit(ask);
		}
	}
	count();
}

function showInbox(inbox) {
	const ids = new Set(inbox.waiting.map((item) => item.id));
	for (const ask of [...asks.values()]) {
		if (!ids.has(ask.item.id)) {
			remove(ask);
		}
	}
	for (const item of inbox.waiting) {
		if (!asks.has(item.id)) {
			const ask = askOf(item);
			asks.set(item.id, ask);
			byId("waiting").append(ask.article);
			ends.observe(ask.find("end"));
			permit(ask);
			if (!first) {
				say(`New: ${label(item)}.`);
			}
		}
	}
	first = false;
	showHistory(inbox.history);
	tick();
}

// --- history -------------------------------------------------------------------------

function showHistory(history) {
	const open = new Set([...document.querySelectorAll("#history details[open]")]
		.map((details) => details.parentElement.dataset.id));
	const focused = document.activeElement.closest && document.activeElement.closest("#history li");
	const id = focused ? focused.dataset.id : null;
	byId("history").replaceChildren(...history.map((item) => pastOf(item, open.has(item.id))));
	byId("no-history").hidden = history.length > 0;
	if (id) {
		const again = document.querySelector(`#history li[data-id="${CSS.escape(id)}"] summary`);
		if (again) {
			again.focus();
		}
	}
}

function pastOf(item, open) {
	const summary = element("summary", "past");
	const ok = item.state === "approved";
	summary.append(element("span", "time", time(item.ended_at)), element("span", "", label(item)),
			element("span", ok ? "status ok" : "status refused", item.state));
	const decided = item.decided_by ? `by ${item.decided_by}` : (item.granted_ttl !== null ? "by the rules" : "without a decision");
	const notes = [decided, item.granted_ttl !== null ? `for ${seconds(item.granted_ttl)}` : "", facts(item),
		item.reason ? `“${item.reason}”` : "", item.agent_message ? `message to the agent: “${item.agent_message}”` : "",
		item.notes ? `note: “${item.notes}”` : ""];
	summary.append(element("span", "note", notes.slice(0, 2).filter(Boolean).join(" ")));
	const content = element("div");
	const who = element("p");
	who.append(...by(item));
	content.append(who, element("p", "quiet", notes.slice(2).filter(Boolean).join(" · ")));
	const table = element("table", "claims arguments");
	const body = element("tbody");
	addRows(body, item.rows);
	table.append(element("caption", "quiet", "What was asked for"), body);
	content.append(table);
	const past = details(summary, content);
	past.dataset.id = item.id;
	past.firstElementChild.open = open;
	return past;
}

// --- all of it -----------------------------------------------------------------------

byId("sign-in").addEventListener("submit", (event) => {
	event.preventDefault();
	const [tenant, username] = byId("who").value.split("/");
	if (username) {
		session("POST", { tenant, user: username });
	}
	else {
		session("DELETE");
	}
});
session("GET");
setInterval(tick, 1000);
connect({ open: () => {}, state: showUsers, requests: () => {}, inbox: showInbox });
