// The requests that wait for a person's decision, and the decision of the user who is signed in.
import { byId, clock, code, html, nothing, quiet, repeat, table, tag, time } from "../shared/shared.js";
import { change, draw, path, request, say, state } from "../parts.js";

const kinds = { jit: "just-in-time permission", push: "push approval", ciba: "backchannel request (CIBA)" };
// What this page has decided, until the server no longer sends it.
const sent = new Set();
let user;

const span = (count) => count % 60 === 0 ? `${count / 60} min` : `${count} s`;
const left = (item) => Math.max(0, Math.ceil((new Date(item.expires_at) - Date.now()) / 1000));
const waiting = () => state.inbox.waiting.filter((item) => !sent.has(item.id));

async function session(method, body) {
	user ??= null;
	try {
		user = (await request(method, "/dev/console/session", body)).user;
	}
	catch (error) {
		say("Not signed in: " + error.message, true);
	}
	draw();
}

function signIn(event) {
	event.preventDefault();
	const [tenant, username] = byId("who").value.split("/");
	return username ? session("POST", { tenant, user: username }) : session("DELETE");
}

const signedIn = () => html`<form id="sign-in" class="inline" @submit=${signIn}><label>You are <select id="who"><option value="">Nobody</option>${state.tenants.map(
	(tenant) => html`<optgroup label=${tenant.slug}>${tenant.users.map((each) => html`<option value="${tenant.slug}/${each.username}"
		.selected=${user?.tenant === tenant.slug && user.username === each.username}>${each.name}</option>`)}</optgroup>`)}</select></label>
	<button>Sign in</button> <span id="signed-in" class="quiet" role="status">${user ? `Signed in as ${user.name} of ${user.tenant}.`
		: user === null ? "Nobody is signed in." : ""}</span></form>`;

const may = (item) => Boolean(user) && user.tenant === item.tenant && item.deciders.includes(user.username);

function whoMay(item) {
	const names = item.deciders.join(", ");
	const who = names ? `Only ${names} of ${item.tenant} can decide this.` : `No user of ${item.tenant} has the permission jit.approve.`;
	return user ? who : `Sign in to decide. ${who}`;
}

const named = (item, name) => item.rows.find((row) => row.name === name)?.value;
const isArgument = (row) => /^arguments($|[.[])/.test(row.name);
const isKind = (row) => ["type", "tool", "identifier", "actions"].includes(row.name);

// The name of a tool as words: "sendReport" is "Send report". The exact name is below the title.
function words(name) {
	const end = name.indexOf("(");
	const own = end < 0 ? name : name.slice(name.lastIndexOf(".", end) + 1, end);
	const text = own.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim();
	return /^[\w ]+$/.test(text) ? text[0].toUpperCase() + text.slice(1).toLowerCase() : name;
}

const toolOf = (item) => named(item, "type") === "tool_invocation" ? named(item, "identifier") : named(item, "tool");

function what(item) {
	const tool = toolOf(item);
	const type = named(item, "type");
	return tool ? words(tool) : type ? [words(type), named(item, "identifier")].filter(Boolean).join(" ") : item.reason || "Request without a name";
}

function argumentsOf(item) {
	const rows = item.rows.filter(isArgument);
	return rows.length ? rows.map((row) => ({ ...row, name: row.name.replace(/^arguments\.?/, "") || "arguments" }))
		: item.rows.filter((row) => !isKind(row));
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
	const who = named(item, "user");
	if (item.on_behalf_of || !who) {
		return item.on_behalf_of ? `for ${item.on_behalf_of}` : "and names no user";
	}
	return who.startsWith("conversation ") ? `in the ${who}, where nobody is signed in` : `for the user ${who}, as the agent says`;
}

const by = (item) => html`${item.agent} asks ${toolOf(item) ? html`to run ${code(toolOf(item))} ` : nothing}${forWhom(item)}.`;
const facts = (item) => [kinds[item.kind], item.has_lifetime ? `asks for ${span(item.ttl)}` : "", `asked at ${time(item.created_at)}`,
	`agent ${item.agent_id}`].filter(Boolean).join(" · ");
const row = (each) => [each.name, each.value !== null ? code(each.value) : nothing, each.change ? html`<span class="change ${each.change}">${each.change}${
	each.before !== null ? `, before: ${each.before}` : ""}</span>` : nothing];

async function decide(item, decision, event) {
	const card = event.target.closest(".ask");
	const { ttl, word, notes } = Object.fromEntries(new FormData(event.target.form));
	const body = { agent_message: word ?? "", notes };
	if (decision === "approve" && item.has_lifetime) {
		body.ttl = Number(ttl);
	}
	if (await change("POST", path("/dev/console/inbox", item.id, decision), body, `${decision === "approve" ? "Approved" : "Denied"}: ${label(item)}.`)) {
		const next = card.nextElementSibling || card.previousElementSibling || byId("waiting-title");
		sent.add(item.id);
		draw();
		next.focus();
	}
}

function card(item) {
	const off = !left(item) || !may(item);
	const shown = argumentsOf(item);
	const rest = item.rows.some(isArgument) ? item.rows.filter((each) => !isArgument(each)) : item.rows.filter(isKind);
	const press = (decision, text) => html`<button type="button" class=${decision} aria-label="${text}: ${label(item)}" ?disabled=${off}
		@click=${(event) => decide(item, decision, event)}>${text}</button>`;
	return html`<article class="ask card ${left(item) ? "" : "over"}" tabindex="-1" aria-label=${label(item)}>
		<div class="head"><h3>${what(item)}</h3><p>${tag(["high", "critical"].includes(item.risk) ? "bad" : "", item.risk + " risk")}
			<span class="left quiet">${left(item) ? clock(left(item)) + " left" : "expired"}</span></p></div>
		<p class="by">${by(item)}</p>
		<div class="arguments">${table("What exactly will run", shown.length ? shown.map(row) : [["No arguments"]])}</div><div class="end-of-call"></div>
		<form class="decide" @submit=${(event) => event.preventDefault()}>
			<details class="more"><summary>${item.has_lifetime ? "Change the lifetime, or add a message" : "Add a note"}</summary><div class="inline">
				${item.has_lifetime ? html`<label>Lifetime <select name="ttl" ?disabled=${off}>${[...new Set([item.ttl, 60, 300, 600, 900])].sort((a, b) => a - b).map(
					(ttl) => html`<option value=${ttl} ?selected=${ttl === item.ttl}>${span(ttl)}${ttl === item.ttl ? " (as requested)" : ""}</option>`)}</select></label>` : nothing}
				${item.has_word ? html`<label>Message to the agent <input name="word" maxlength="1000" autocomplete="off" ?disabled=${off}></label>` : nothing}
				<label>Note for yourself <input name="notes" maxlength="1000" autocomplete="off" ?disabled=${off}></label></div></details>
			<p class="buttons">${press("approve", "Approve")}${press("deny", "Deny")}<span class="below" hidden>↓ The call goes on below</span></p>
			${may(item) ? nothing : html`<p class="quiet who">${whoMay(item)}</p>`}</form>
		<p class="reason">${item.reason ? `“${item.reason}”` : "The agent gives no reason."}</p>
		${rest.length ? table("The rest of the request", rest.map(row)) : nothing}
		<p class="quiet compared">${item.compared ? `Compared with the last similar call, ${item.compared.state} at ${time(item.compared.at)}.`
			: "There is no similar call to compare it with."}</p><p class="quiet">${facts(item)}</p></article>`;
}

// Says that the call goes on below the buttons, which stay on the screen.
const ends = new IntersectionObserver((entries) => {
	for (const entry of entries) {
		entry.target.parentElement.querySelector(".below").hidden = entry.isIntersecting || entry.boundingClientRect.top < 0;
	}
}, { rootMargin: "0px 0px -96px 0px" });

function past(item) {
	const decided = item.decided_by ? `by ${item.decided_by}` : (item.granted_ttl !== null ? "by the rules" : "without a decision");
	const notes = [facts(item), item.reason ? `“${item.reason}”` : "", item.agent_message ? `message to the agent: “${item.agent_message}”` : "",
		item.notes ? `note: “${item.notes}”` : ""];
	return html`<li><details><summary class="line"><time>${time(item.ended_at)}</time> <span>${label(item)}</span>
		<span class="end status ${item.state === "approved" ? "good" : "bad"}">${item.state}</span>
		<span class="note">${decided}${item.granted_ttl !== null ? ` for ${span(item.granted_ttl)}` : ""}</span></summary>
		<p>${by(item)}</p><p class="quiet">${notes.filter(Boolean).join(" · ")}</p>${table("What was asked for", item.rows.map(row))}</details></li>`;
}

export default {
	path: "inbox",
	name: "Inbox",
	count: () => waiting().filter(left).length,
	told(inbox) {
		const known = new Set([...state.inbox.waiting, ...state.inbox.history].map((item) => item.id));
		inbox.waiting.filter((item) => known.size + state.inbox.told && !known.has(item.id)).forEach((item) => say(`New in the inbox: ${label(item)}.`));
		state.inbox = { ...inbox, told: true };
		sent.forEach((id) => inbox.waiting.some((item) => item.id === id) || sent.delete(id));
	},
	view() {
		if (user === undefined) {
			session("GET");
		}
		return html`<h1 tabindex="-1">Inbox</h1><p class="quiet">What agents ask people. The real LumoAuth uses a page or a phone.</p>${signedIn()}
			<div class="columns"><section aria-labelledby="waiting-title"><h2 id="waiting-title" tabindex="-1">Waiting</h2>
			${waiting().length ? nothing : html`<p class="quiet" id="nothing">Nothing is waiting.</p>`}
			<div id="waiting">${repeat(waiting(), (item) => item.id, card)}</div></section>
			<section aria-labelledby="history-title"><h2 id="history-title">History</h2>${state.inbox.history.length ? nothing : html`<p class="quiet">Nothing yet.</p>`}
			<ol class="entries" id="history">${repeat(state.inbox.history, (item) => item.id, past)}</ol></section></div>`;
	},
	drawn: () => document.querySelectorAll(".end-of-call").forEach((end) => ends.observe(end)),
};
