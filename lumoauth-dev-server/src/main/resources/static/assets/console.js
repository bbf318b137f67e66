// The console: its bar, its addresses and its state. All content is set as text.
import { byId, html, instanceIs, listen, nothing, render, time } from "./shared/shared.js";
import { draw, drawWith, missing, say, state } from "./parts.js";
import agents from "./pages/agents.js";
import faults, { endings } from "./pages/faults.js";
import inbox from "./pages/inbox.js";
import live from "./pages/live.js";
import services from "./pages/services.js";
import users from "./pages/users.js";

// A further page is a file and a line: its address, its name, and a function that draws it from the rest of the address.
const pages = [live, agents, users, services, faults, inbox];

const address = (page) => page === live ? "/" : `/console/${page.path}`;

function segments() {
	try {
		const all = location.pathname.split("/").slice(1).map(decodeURIComponent).filter(Boolean);
		return all[0] === "console" ? all.slice(1) : ["live"];
	}
	catch (error) {
		return ["malformed"];
	}
}

const link = (page, current) => html`<li><a href=${address(page)} aria-current=${page === current ? "page" : nothing}>${page.name}${
	page.count?.() ? html` <span class="badge">${page.count()}<span class="unseen"> waiting</span></span>` : nothing}</a></li>`;

const bar = (current) => html`<p class="brand"><a href="/">LumoAuth <span>dev server</span></a></p>
	<nav aria-label="Pages"><ul>${pages.map((page) => link(page, current))}</ul></nav>
	<p id="connection" role="status" class="connection ${state.connected ? "live" : "lost"}">${state.connected ? "Connected"
		: state.connected === undefined ? "Connecting" : "Not connected: the server was stopped, or is starting. Trying again"}</p>`;

const banner = () => endings().map((fault) => html`<section class="banner" aria-label="A fault is on">
	<p><strong>${fault.name}</strong> ${fault.what} On since ${time(fault.since)}.</p>
	<button type="button" @click=${fault.end}>End it<span class="unseen">: ${fault.name}</span></button></section>`);

drawWith(() => {
	const [path, ...rest] = segments();
	const page = pages.find((candidate) => candidate.path === path);
	render(bar(page), byId("bar"));
	render(banner(), byId("banner"));
	render(!page ? missing("page") : state.tenants ? page.view(...rest) : html`<h1 tabindex="-1">${page.name}</h1><p>Connecting …</p>`,
		byId("content"));
	const waiting = inbox.count();
	document.title = (waiting ? `(${waiting}) ` : "") + (page ? page.name + " · " : "") + "LumoAuth dev server";
	page?.drawn?.(...rest);
});

export function go(to, replace) {
	history[replace ? "replaceState" : "pushState"](null, "", to);
	say("");
	draw();
}

document.addEventListener("click", (event) => {
	const anchor = event.target.closest("a[href]");
	if (!anchor || anchor.origin !== location.origin || event.button || event.ctrlKey || event.metaKey || event.shiftKey
			|| !/^\/(console\/.*)?$/.test(anchor.pathname) || anchor.hash) {
		return;
	}
	event.preventDefault();
	// The list keeps its filter.
	go(anchor.pathname + (anchor.closest(".requests") ? location.search : anchor.search));
	if (!anchor.closest(".requests")) {
		scrollTo(0, 0);
	}
	// After the page is drawn. Whoever opened a request is in it then.
	queueMicrotask(() => (document.querySelector("#pane-title") || document.querySelector("#content h1"))?.focus());
});
addEventListener("popstate", draw);

listen("/dev/console/events", {
	instance: instanceIs,
	state: (told) => Object.assign(state, told),
	events: (told) => state.events = told,
	requests: live.requests,
	inbox: inbox.told,
}, (connected) => {
	state.connected = connected;
	live.again();
}, draw);
// The time that is left to decide.
setInterval(() => state.inbox.waiting.length && draw(), 1000);
