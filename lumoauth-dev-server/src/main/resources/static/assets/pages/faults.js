// What can be made to go wrong, and the events that tell applications of changes.
import { code, html, nothing, quiet, time } from "../shared/shared.js";
import { button, change, path, state, tenantPath, terms } from "../parts.js";
import { tokens } from "./agents.js";

const late = (fault) => `${(fault?.delay_ms ?? 6000) / 1000} s`;

// By the fault's name in the admin API: what it is called, what it does, and whether it delays.
const API = {
	"too-many-requests": ["429", () => "LumoAuth answers 429, with 5 s to wait."],
	unavailable: ["503", () => "LumoAuth answers 503."],
	slow: ["Slow", (fault) => `LumoAuth answers ${late(fault)} late.`, true],
};
const EVENTS = {
	lose: ["Lost", () => "Events are not sent."],
	repeat: ["Repeated", () => "Each event is sent three times."],
	reorder: ["Reordered", () => "Each event is sent after the next one, or after 2 s."],
	delay: ["Late", (fault) => `Each event is sent ${late(fault)} late.`, true],
	"wrong-key": ["Forged", () => "Events are signed with a wrong key or secret."],
	"wrong-audience": ["For others", () => "Events are for another audience."],
	"wrong-issuer": ["From others", () => "Events are from another issuer."],
	old: ["Old", () => "Events say that they are a day old."],
};

const on = (faults, at, fault, normal) => fault ? [{ name: faults[fault.id][0], what: faults[fault.id][1](fault), since: fault.since,
	end: () => change("DELETE", at, undefined, normal) }] : [];

// The faults that are on, each with what ends it.
export const endings = () => [...on(API, "/dev/faults", state.fault, "LumoAuth answers normally again."),
	...on(EVENTS, "/dev/faults/events", state.events?.fault, "Events are sent normally again.")];

function list(faults, at, current, normal) {
	return html`<ul class="cards faults">${Object.entries(faults).map(([id, [name, what, delays]]) => {
		const active = current?.id === id;
		const press = ({ target }) => active ? change("DELETE", at, undefined, normal) : change("PUT", `${at}/${id}`,
			delays ? { delay_ms: Math.round(1000 * target.closest("li").querySelector("input").value) } : undefined, `Switched on: ${name}.`);
		return html`<li class="card ${active ? "on" : ""}"><button type="button" data-fault=${id} aria-pressed=${String(active)} @click=${press}>${name}</button>
			<p>${what(active ? current : undefined)}</p>${delays ? html`<label>Seconds <input type="number" min="0.1" max="60" step="0.1" value="6"
			?disabled=${active}></label>` : nothing}<p class="quiet">${active ? `On since ${time(current.since)}, until you end it.` : "Until you end it."}</p></li>`;
	})}</ul>`;
}

const subjects = () => state.tenants.flatMap((tenant) => [...tenant.agents.map((agent) => [tenant, agent.name, { agent: agent.client_id }]),
	...tenant.users.map((user) => [tenant, user.name, { user: user.username }]), [tenant, "everyone", {}]]);

function send(event, kind) {
	const [tenant, , subject] = subjects()[event.target.closest("form").elements.subject.selectedIndex];
	return change("POST", `${tenantPath(tenant)}/events/${path(kind.id)}`, subject, `Sent: ${kind.type}.`);
}

function targets(tenant) {
	const remove = (kind, { id }) => button("Remove", () => change("DELETE", `${tenantPath(tenant)}/${kind}/${path(id)}`, undefined, `${id} was removed.`), id);
	return [...tenant.streams.map((stream) => [`Stream to ${stream.url}`, [stream.id, `owned by ${stream.owner}`,
		`for ${stream.audience.join(", ")}`, `${stream.events} kinds of events`], remove("streams", stream)]),
	...tenant.webhooks.map((webhook) => [`Webhook to ${webhook.url}`, [webhook.id, webhook.header, webhook.events.length ? webhook.events.join(", ")
		: "all events", webhook.valid_secrets > 1 && "two secrets are valid"], remove("webhooks", webhook)])];
}

function delivery(delivery) {
	const taken = delivery.outcome === "taken";
	const notes = [`to ${delivery.target}`, delivery.url, delivery.attempt > 1 && `attempt ${delivery.attempt}`,
		delivery.status && !taken && delivery.outcome, delivery.fault && `switched on: ${delivery.fault}`];
	return html`<li class="line"><time>${time(delivery.at)}</time> ${code(delivery.type.split("/").pop())} <span class="path">${delivery.subject}</span>
		<span class="end status ${taken ? "good" : "bad"}">${delivery.status || delivery.outcome}</span>
		<span class="note">${notes.filter(Boolean).join(" · ")}</span></li>`;
}

function events(told) {
	const all = told.tenants.flatMap(targets);
	return html`<section aria-labelledby="receivers"><h2 id="receivers">Receivers of events</h2>${all.length ? terms(all) : html`<p class="quiet" id="no-targets">There
		is no stream and no webhook yet. An application with the starter registers a stream when ${code("lumoauth.events.ssf.register")} is ${code("true")}.</p>`}
		<form @submit=${(event) => event.preventDefault()}><p><label>Send a test event about <select name="subject">${subjects().map(([tenant, name]) =>
			html`<option>${name}, ${tenant.slug}</option>`)}</select></label></p><p class="buttons" role="group" aria-label="Events">${told.kinds.map((kind) =>
			html`<button type="button" @click=${(event) => send(event, kind)}>${kind.id.replaceAll("-", " ")}</button>`)}</p></form></section>
		<section aria-labelledby="deliveries"><h2 id="deliveries">Events sent ${told.deliveries.length ? quiet(`the last ${told.deliveries.length}`) : nothing}</h2>
		${told.deliveries.length ? html`<ol class="entries">${told.deliveries.map(delivery)}</ol>` : html`<p class="quiet">None yet.</p>`}</section>`;
}

export default {
	path: "faults",
	name: "Faults and events",
	view: () => html`<h1 tabindex="-1">Faults and events</h1>
		<section aria-labelledby="api-faults"><h2 id="api-faults">LumoAuth goes wrong</h2>${list(API, "/dev/faults", state.fault, "LumoAuth answers normally again.")}</section>
		<section aria-labelledby="event-faults"><h2 id="event-faults">Events go wrong</h2>
			${list(EVENTS, "/dev/faults/events", state.events?.fault, "Events are sent normally again.")}</section>
		${state.events ? events(state.events) : nothing}
		${tokens(state.tokens, state.token_count > state.tokens.length ? `The latest ${state.tokens.length} of ${state.token_count} tokens` : "All tokens in use",
			() => change("DELETE", "/dev/tokens", undefined, (answer) => `Tokens revoked: ${answer.revoked}.`))}`,
};
