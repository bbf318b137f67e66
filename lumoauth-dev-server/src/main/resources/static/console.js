"use strict";
// Shows what /dev/console/events sends, and makes changes through the admin API. All content is set as text.

const agents = new Map();
const openTokens = new Map();

// --- tenants and agents -------------------------------------------------------------

function tenantOf(state) {
	const section = byId("tenant-template").content.cloneNode(true).firstElementChild;
	section.querySelector("[data-slug]").textContent = state.slug;
	const audiences = section.querySelector("[data-audiences]");
	for (const audience of state.audiences) {
		describe(audiences, audience.id, [audience.resource,
			audience.scopes.length ? "accepts " + audience.scopes.join(", ") : "accepts any scope",
			audience.clients.length ? "for " + audience.clients.join(", ") : "for any agent"]);
	}
	const resources = section.querySelector("[data-aauth-resources]");
	resources.previousElementSibling.hidden = !state.aauth_resources.length;
	const users = section.querySelector("[data-users]");
	for (const user of state.users) {
		users.append(userOf(state, user));
	}
	section.querySelector("[data-connections]").previousElementSibling.hidden = true;
	const nonce = section.querySelector("[data-dpop-nonce]");
	nonce.addEventListener("change", async () => {
		if (!await change(nonce.checked ? "PUT" : "DELETE", `/dev/tenants/${encodeURIComponent(state.slug)}/dpop-nonce`, undefined,
				nonce.checked ? "A DPoP proof needs a nonce now." : "A DPoP proof no longer needs a nonce.")) {
			nonce.checked = !nonce.checked;
		}
	});
	audiences.previousElementSibling.hidden = !state.audiences.length;
	users.previousElementSibling.hidden = !state.users.length;
	return section;
}

function describe(list, term, details, control) {
	const group = element("div");
	group.append(element("dt", "", term), element("dd", "", details.filter(Boolean).join(" · ")));
	if (control) {
		group.appendChild(element("dd")).append(control);
	}
	list.append(group);
}

// Switches for what agents may do on behalf of a user, and buttons that end the user's sessions and consents.
function userOf(tenant, user) {
	const path = `/dev/tenants/${encodeURIComponent(tenant.slug)}/users/${encodeURIComponent(user.username)}`;
	const group = element("div", "user");
	group.dataset.user = user.username;
	const list = element("ul", "switches");
	list.setAttribute("aria-label", `What ${user.name} may let agents do`);
	for (const scope of Object.keys(user.scopes)) {
		const input = element("input");
		input.type = "checkbox";
		input.setAttribute("role", "switch");
		input.dataset.scope = scope;
		input.addEventListener("change", async () => {
			const rest = scope.split("/").map(encodeURIComponent).join("/");
			if (!await change(input.checked ? "PUT" : "DELETE", `${path}/scopes/${rest}`, undefined,
					`${user.name} may ${input.checked ? "" : "no longer "}let agents use ${scope}.`)) {
				input.checked = !input.checked;
			}
		});
		const label = element("label");
		label.append(input, element("code", "", scope));
		const item = element("li");
		item.append(label);
		list.append(item);
	}
	const buttons = element("span", "group");
	const end = element("button", "", "End sessions");
	end.type = "button";
	end.setAttribute("aria-label", `End sessions of ${user.name}`);
	end.addEventListener("click", () => change("DELETE", path + "/sessions", undefined,
			(answer) => `The sessions of ${user.name} have ended. Tokens revoked: ${answer.revoked}.`));
	buttons.append(end);
	for (const agent of tenant.agents) {
		const withdraw = element("button", "", `Withdraw consent to ${agent.name}`);
		withdraw.type = "button";
		withdraw.setAttribute("aria-label", `Withdraw consent of ${user.name} to ${agent.name}`);
		withdraw.addEventListener("click", () => change("DELETE",
				`${path}/consents/${encodeURIComponent(agent.client_id)}`, undefined,
				(answer) => `${agent.name} no longer acts for ${user.name}. Tokens revoked: ${answer.revoked}.`));
		buttons.append(withdraw);
	}
	group.append(element("p", "", user.name), element("p", "quiet", user.id), list, buttons);
	return group;
}

function showUsers(section, users) {
	for (const user of users) {
		for (const [scope, may] of Object.entries(user.scopes)) {
			const input = section.querySelector(
					`[data-user="${CSS.escape(user.username)}"] [data-scope="${CSS.escape(scope)}"]`);
			if (input) {
				input.checked = may;
			}
		}
	}
}

function agentOf(tenant, state, audiences) {
	const article = byId("agent-template").content.cloneNode(true).firstElementChild;
	const find = (name) => article.querySelector(`[data-${name}]`);
	const path = `/dev/tenants/${encodeURIComponent(tenant)}/agents/${encodeURIComponent(state.client_id)}`;
	const agent = { article, find, path, name: state.name, switches: new Map(), dragging: false, state };
	find("name").textContent = state.name;
	find("id").textContent = state.client_id;
	find("bar").setAttribute("aria-label", `Tokens that ${state.name} has used today`);
	find("capabilities").setAttribute("aria-label", `Capabilities of ${state.name}`);
	secretOf(agent);
	const enabled = find("enabled");
	enabled.setAttribute("aria-label", `${state.name} is enabled`);
	enabled.addEventListener("change", async () => {
		if (!await change("POST", `${path}/${enabled.checked ? "enable" : "disable"}`, undefined,
				`${agent.name} is ${enabled.checked ? "enabled" : "disabled"}.`)) {
			enabled.checked = !enabled.checked;
		}
	});
	for (const audience of audiences) {
		find("deny-tool").elements.server.append(element("option", "", audience.id));
	}
	find("deny-tool").hidden = !audiences.length;
	find("deny-tool").addEventListener("submit", async (event) => {
		event.preventDefault();
		const { server, tool } = event.target.elements;
		if (await allowTool(agent, server.value, tool.value, false)) {
			tool.value = "";
		}
	});
	find("grant").addEventListener("submit", async (event) => {
		event.preventDefault();
		const input = event.target.elements.capability;
		if (await grant(agent, input.value, true)) {
			input.value = "";
		}
	});
	const bar = find("bar");
	bar.addEventListener("input", () => {
		agent.dragging = true;
		fill(agent, Number(bar.value), Number(bar.max));
	});
	bar.addEventListener("change", async () => {
		const done = await change("PUT", path + "/budget/used",
				{ tokens: Number(bar.value), api_calls: agent.state.budget.api_calls_this_hour },
				`${agent.name} has used ${number(Number(bar.value))} tokens today.`);
		agent.dragging = false;
		if (!done) {
			showBudget(agent, agent.state.budget, agent.state.budget_exhausted);
		}
	});
	find("set-limit").addEventListener("submit", (event) => {
		event.preventDefault();
		const limit = Number(event.target.elements.limit.value);
		change("PUT", path + "/budget", { ...policyOf(agent.state.budget), max_tokens_per_day: limit },
				`${agent.name} may use ${number(limit)} tokens a day.`);
	});
	find("exhaust").addEventListener("click", () =>
		change("POST", path + "/budget/exhaust", undefined, `The budget of ${agent.name} is exhausted.`));
	find("raise").addEventListener("click", () =>
		change("POST", path + "/budget/raise", { tokens: 50000 }, (answer) =>
			`${agent.name} may use ${number(answer.budget_policy.max_tokens_per_day)} tokens a day.`));
	find("reset").addEventListener("click", () =>
		change("POST", path + "/budget/reset", undefined, `${agent.name} has used nothing yet.`));
	return agent;
}

// The secret is fetched only when somebody asks for it. The events of the server don't contain it.
function secretOf(agent) {
	const show = agent.find("show-secret");
	const set = (text) => {
		agent.find("secret-text").textContent = text || "••••••••";
		show.textContent = text ? "Hide" : "Show";
		show.setAttribute("aria-pressed", String(Boolean(text)));
	};
	const read = async () => (await request("GET", agent.path + "/secret")).client_secret;
	const reveal = async () => {
		try {
			set(await read());
			return true;
		}
		catch (error) {
			say("The secret is not shown: " + error.message, true);
			return false;
		}
	};
	for (const name of ["show", "copy", "replace", "end"]) {
		const button = agent.find(name + "-secret");
		button.setAttribute("aria-label", `${button.textContent}: secret of ${agent.name}`);
	}
	show.addEventListener("click", async () => {
		if (show.getAttribute("aria-pressed") === "true") {
			set("");
		}
		else {
			await reveal();
		}
		show.setAttribute("aria-label", `${show.textContent}: secret of ${agent.name}`);
	});
	agent.find("copy-secret").addEventListener("click", async () => {
		try {
			await navigator.clipboard.writeText(await read());
			say(`The secret of ${agent.name} was copied.`);
		}
		catch (error) {
			if (await reveal()) {
				say("The browser does not allow this page to copy. The secret is shown instead.", true);
			}
		}
	});
	agent.find("replace-secret").addEventListener("click", async () => {
		if (await change("PUT", agent.path + "/secret", undefined,
				`${agent.name} has a new secret. The old one is still valid.`)) {
			await reveal();
		}
	});
	agent.find("end-secret").addEventListener("click", () =>
		change("DELETE", agent.path + "/secret/previous", undefined, `${agent.name} has only one valid secret now.`));
}

function showProofs(agent, state) {
	agent.find("secret").hidden = !state.valid_secrets;
	agent.find("two-secrets").hidden = state.valid_secrets < 2;
	agent.find("end-secret").hidden = state.valid_secrets < 2;
	agent.find("proofs").replaceChildren();
	for (const proof of state.proofs) {
		describe(agent.find("proofs"), proof.kind, proof.details);
	}
}

function policyOf(budget) {
	const { tokens_used_today, api_calls_this_hour, ...policy } = budget || {};
	return policy;
}

function grant(agent, capability, granted) {
	// The rest of the path is the capability, which may contain slashes.
	const rest = capability.split("/").map(encodeURIComponent).join("/");
	return change(granted ? "PUT" : "DELETE", `${agent.path}/capabilities/${rest}`, undefined,
			granted ? `${agent.name} has the capability ${capability}.` : `${agent.name} no longer has the capability ${capability}.`);
}

function allowTool(agent, server, tool, allowed) {
	return change("PUT", agent.path + "/mcp-tools", { server_id: server, tool, allowed },
			`${agent.name} may ${allowed ? "" : "not "}call ${tool} of ${server}.`);
}

function showTools(agent, denied) {
	agent.find("denied-tools").replaceChildren();
	for (const [server, tool] of denied) {
		const allow = element("button", "", "Allow");
		allow.type = "button";
		allow.setAttribute("aria-label", `Allow ${agent.name} to call ${tool} of ${server}`);
		allow.addEventListener("click", () => allowTool(agent, server, tool, true));
		const item = element("li");
		item.append(element("code", "", `${tool} of ${server}`), " ", allow);
		agent.find("denied-tools").append(item);
	}
}

function showAgent(agent, state) {
	agent.state = state;
	agent.find("enabled").checked = state.enabled;
	if (JSON.stringify(state.denied_tools) !== agent.deniedTools) {
		agent.deniedTools = JSON.stringify(state.denied_tools);
		showTools(agent, state.denied_tools);
	}
	for (const [capability, granted] of Object.entries(state.capabilities)) {
		if (!agent.switches.has(capability)) {
			agent.switches.set(capability, switchOf(agent, capability));
		}
		agent.switches.get(capability).checked = granted;
	}
	showProofs(agent, state);
	showBudget(agent, state.budget, state.budget_exhausted);
}

function switchOf(agent, capability) {
	const input = element("input");
	input.type = "checkbox";
	input.setAttribute("role", "switch");
	input.addEventListener("change", async () => {
		if (!await grant(agent, capability, input.checked)) {
			input.checked = !input.checked;
		}
	});
	const label = element("label");
	label.append(input, element("code", "", capability));
	const item = element("li");
	item.append(label);
	const list = agent.find("capabilities");
	const next = [...list.children].find((other) => other.textContent > capability);
	list.insertBefore(item, next || null);
	return input;
}

function showBudget(agent, budget, exhausted) {
	const limit = budget ? budget.max_tokens_per_day : undefined;
	const limited = limit !== undefined;
	agent.find("budget").hidden = !budget;
	agent.find("no-budget").hidden = Boolean(budget);
	agent.find("buttons").hidden = !budget;
	if (!budget) {
		return;
	}
	agent.find("bar").hidden = !limited;
	agent.find("exhausted").hidden = !exhausted;
	agent.find("limit").textContent = limited ? `of ${number(limit)} tokens used today` : "tokens used today, no limit";
	if (!agent.dragging) {
		agent.find("bar").max = limited ? limit : 0;
		agent.find("bar").value = budget.tokens_used_today;
		fill(agent, budget.tokens_used_today, limit);
	}
	const calls = budget.max_api_calls_per_hour;
	agent.find("calls").textContent = "Calls to LumoAuth this hour: " + number(budget.api_calls_this_hour)
			+ (calls === undefined ? "" : ` of ${number(calls)}`);
	const input = agent.find("set-limit").elements.limit;
	if (document.activeElement !== input && limited) {
		input.value = limit;
	}
}

function fill(agent, used, limit) {
	const bar = agent.find("bar");
	bar.style.setProperty("--filled", (limit ? Math.min(100, 100 * used / limit) : 100) + "%");
	bar.classList.toggle("full", used >= limit);
	bar.setAttribute("aria-valuetext", `${number(used)} of ${number(limit || 0)} tokens`);
	agent.find("used").textContent = number(used);
}

function showResources(section, resources) {
	const list = section.querySelector("[data-aauth-resources]");
	list.replaceChildren();
	for (const resource of resources) {
		describe(list, resource.identifier, [...resource.keys,
			resource.scopes.length ? "accepts " + resource.scopes.join(", ") : "accepts any scope",
			resource.consent && "a user has to consent"]);
	}
}

// --- tokens --------------------------------------------------------------------------

function showTokens(tokens, count) {
	byId("token-count").textContent = count > tokens.length ? `the latest ${tokens.length} of ${count}` : count || "";
	byId("no-tokens").hidden = count > 0;
	const ids = new Set(tokens.map((token) => token.id));
	for (const [id, item] of openTokens) {
		if (!ids.has(id)) {
			item.remove();
			openTokens.delete(id);
		}
	}
	for (const token of [...tokens].reverse()) {
		if (!openTokens.has(token.id)) {
			const item = tokenOf(token);
			openTokens.set(token.id, item);
			byId("tokens").prepend(item);
		}
	}
}

function tokenOf(token) {
	const summary = element("summary");
	const chain = element("span", "chain");
	for (const actor of token.actors) {
		chain.append(element("span", "node", actor), element("span", "hop", "acts for"));
	}
	chain.append(element("span", "node subject", token.subject));
	const forItself = token.audience.length === 1 && token.audience[0] === token.client_id;
	const expires = new Date(token.expires_at);
	summary.append(chain, element("span", "token-for", `at ${forItself ? "LumoAuth" : token.audience.join(", ")},`
			+ ` until ${expires.toLocaleTimeString("en-GB")}`), element("span", "token-by", obtained(token)));
	const table = element("table", "claims");
	table.append(element("caption", "quiet", "The claims of the token. The signature is not shown."));
	for (const [name, value] of Object.entries(token.claims)) {
		const row = element("tr");
		const head = element("th", "", name);
		head.scope = "row";
		const shown = (typeof value === "string") ? value : JSON.stringify(value);
		const moment = ["exp", "iat", "nbf"].includes(name) ? `${shown} (${new Date(value * 1000).toLocaleTimeString("en-GB")})` : shown;
		const cell = element("td");
		cell.append(element("code", "", moment));
		row.append(head, cell);
		table.append(row);
	}
	return details(summary, table);
}

// How the client authenticated, and to which key the token is bound.
function obtained({ obtained: by, jkt }) {
	const words = {
		client_secret_post: "with its secret, in the form",
		client_secret_basic: "with its secret, by HTTP Basic",
		none: "with its client id alone",
		private_key_jwt: "with its key" + (by.key_id ? " " + by.key_id : ""),
		workload_identity: "in exchange for a platform’s token",
		attest: "by attestation",
		client_assertion: "with a platform’s token as its assertion",
		tls_client_auth: "with its TLS certificate" + (by.certificate ? " " + by.certificate : ""),
		bearer: "with its own token",
		aauth: "with its signature, through AAuth’s bridge",
		aauth_auth: "with its signature and a resource’s token",
		aauth_code: "with its signature and a user’s consent",
		aauth_exchange: "with its signature and the token of the previous caller",
		aauth_refresh: "with its signature and a refresh token",
		login: "by a login",
		admin: "by the admin API",
		jit: "with an approved permission",
	};
	const platform = by.provider ? `, ${by.provider}: ${by.subject} of ${by.issuer}` : "";
	return "obtained " + (words[by.way] || by.way) + platform + (jkt ? `; bound to the key ${jkt} (${by.way.startsWith("aauth_") ? "AAuth" : "DPoP"})` : "");
}

// --- requests ------------------------------------------------------------------------

function showRequests(requests) {
	const list = byId("requests");
	for (const request of requests) {
		list.prepend(requestOf(request));
	}
	while (list.children.length > 200) {
		list.lastElementChild.remove();
	}
	byId("no-requests").hidden = list.children.length > 0;
	byId("request-count").textContent = list.children.length ? `the last ${list.children.length}` : "";
}

function requestOf(request) {
	const summary = element("summary", "request");
	const refused = request.status >= 400;
	const end = element("span", "end");
	end.append(element("span", refused ? "status refused" : "status ok", request.status), " ",
			element("span", "millis", `${number(request.millis)} ms`));
	summary.append(element("span", "time", new Date(request.at).toLocaleTimeString("en-GB")),
			element("span", "", request.method), element("code", "path", request.path), end);
	if (request.note) {
		summary.append(element("span", "note", request.note));
	}
	if (request.signed_by) {
		summary.append(element("span", "note signer", `signed by ${request.signed_by.identifier}, key ${request.signed_by.key}`));
	}
	const answer = element("pre", "answer", request.answer || "The answer contains no JSON.");
	answer.tabIndex = 0;
	answer.setAttribute("role", "group");
	answer.setAttribute("aria-label", "The answer");
	return details(summary, answer);
}

// --- events --------------------------------------------------------------------------

let shownEvents;

function showEvents(state) {
	const text = JSON.stringify({ ...state, deliveries: [] });
	if (text !== shownEvents) {
		shownEvents = text;
		showTargets(state.tenants);
		state.tenants.forEach(showConnections);
		if (!byId("event-buttons").children.length) {
			byId("event-buttons").append(...state.kinds.map(eventButton));
		}
		for (const button of document.querySelectorAll("[data-event-fault]")) {
			button.setAttribute("aria-pressed", String(button.dataset.eventFault === state.fault));
		}
	}
	byId("no-deliveries").hidden = state.deliveries.length > 0;
	byId("delivery-count").textContent = state.deliveries.length ? `the last ${state.deliveries.length}` : "";
	byId("deliveries").replaceChildren(...state.deliveries.map(deliveryOf));
}

function eventButton(kind) {
	const button = element("button", "", kind.id.replaceAll("-", " "));
	button.type = "button";
	button.addEventListener("click", () => {
		const [tenant, subject] = JSON.parse(byId("event-subject").value);
		change("POST", `/dev/tenants/${encodeURIComponent(tenant)}/events/${kind.id}`, subject, `Sent: ${kind.type}.`);
	});
	return button;
}

function showSubjects(tenants) {
	const select = byId("event-subject");
	if (select.children.length) {
		return;
	}
	const add = (tenant, name, subject) => {
		const option = element("option", "", `${name}, ${tenant.slug}`);
		option.value = JSON.stringify([tenant.slug, subject]);
		select.append(option);
	};
	for (const tenant of tenants) {
		tenant.agents.forEach((agent) => add(tenant, agent.name, { agent: agent.client_id }));
		tenant.users.forEach((user) => add(tenant, user.name, { user: user.username }));
		add(tenant, "everyone", {});
	}
}

function showTargets(tenants) {
	const list = byId("targets");
	list.replaceChildren();
	for (const tenant of tenants) {
		const path = `/dev/tenants/${encodeURIComponent(tenant.slug)}`;
		for (const stream of tenant.streams) {
			describe(list, `Stream to ${stream.url}`,
					[stream.id, `owned by ${stream.owner}`, `for ${stream.audience.join(", ")}`, `${stream.events} kinds of events`],
				removal(`${path}/streams/${encodeURIComponent(stream.id)}`, stream.id));
		}
		for (const webhook of tenant.webhooks) {
			describe(list, `Webhook to ${webhook.url}`, [webhook.id, webhook.header,
				webhook.events.length ? webhook.events.join(", ") : "all events",
				webhook.valid_secrets > 1 && "two secrets are valid"],
				removal(`${path}/webhooks/${encodeURIComponent(webhook.id)}`, webhook.id));
		}
	}
	byId("no-targets").hidden = list.children.length > 0;
}

function removal(path, id) {
	const button = element("button", "", "Remove");
	button.type = "button";
	button.setAttribute("aria-label", `Remove ${id}`);
	button.addEventListener("click", () => change("DELETE", path, undefined, `${id} was removed.`));
	return button;
}

function showConnections(tenant) {
	const section = document.querySelector(`#tenants > [data-tenant="${CSS.escape(tenant.slug)}"]`);
	if (!section) {
		return;
	}
	const list = section.querySelector("[data-connections]");
	list.previousElementSibling.hidden = !tenant.connections.length;
	list.replaceChildren();
	for (const connection of tenant.connections) {
		const select = element("select");
		select.setAttribute("aria-label", `State of ${connection.id}`);
		for (const state of connection.states) {
			const option = element("option", "", state.replaceAll("-", " "));
			option.value = state;
			option.selected = state === connection.state;
			select.append(option);
		}
		select.addEventListener("change", async () => {
			if (!await change("PUT",
					`/dev/tenants/${encodeURIComponent(tenant.slug)}/connections/${encodeURIComponent(connection.id)}/state`,
					{ state: select.value }, `${connection.id}: ${select.value.replaceAll("-", " ")}.`)) {
				select.value = connection.state;
			}
		});
		describe(list, connection.id, connection.details, select);
	}
}

function deliveryOf(delivery) {
	const item = element("li", "request");
	const taken = delivery.outcome === "taken";
	const end = element("span", "end");
	end.append(element("span", taken ? "status ok" : "status refused", delivery.status || delivery.outcome));
	const type = delivery.type.includes("/") ? delivery.type.substring(delivery.type.lastIndexOf("/") + 1) : delivery.type;
	const notes = [`to ${delivery.target}`, delivery.url, delivery.attempt > 1 && `attempt ${delivery.attempt}`,
		delivery.status && !taken && delivery.outcome, delivery.fault && `switched on: ${delivery.fault}`];
	item.append(element("span", "time", new Date(delivery.at).toLocaleTimeString("en-GB")), element("code", "event", type),
			element("span", "path", delivery.subject), end, element("span", "note", notes.filter(Boolean).join(" · ")));
	return item;
}

for (const button of document.querySelectorAll("[data-event-fault]")) {
	button.addEventListener("click", () => {
		const name = button.textContent.replace(/\s+/g, " ").trim();
		if (button.getAttribute("aria-pressed") === "true") {
			change("DELETE", "/dev/faults/events", undefined, "Events are sent normally again.");
		}
		else {
			change("PUT", "/dev/faults/events/" + button.dataset.eventFault, undefined, `Switched on: ${name}.`);
		}
	});
}
byId("event-form").addEventListener("submit", (event) => event.preventDefault());

// --- all of it -----------------------------------------------------------------------

function show(state) {
	for (const tenant of state.tenants) {
		let section = document.querySelector(`#tenants > [data-tenant="${CSS.escape(tenant.slug)}"]`);
		if (!section) {
			section = tenantOf(tenant);
			section.dataset.tenant = tenant.slug;
			byId("tenants").append(section);
		}
		section.querySelector("[data-dpop-nonce]").checked = tenant.dpop_nonce;
		showResources(section, tenant.aauth_resources);
		showUsers(section, tenant.users);
		for (const agentState of tenant.agents) {
			const key = tenant.slug + "/" + agentState.client_id;
			if (!agents.has(key)) {
				agents.set(key, agentOf(tenant.slug, agentState, tenant.audiences));
				section.querySelector("[data-agents]").append(agents.get(key).article);
			}
			showAgent(agents.get(key), agentState);
		}
	}
	for (const button of document.querySelectorAll("[data-fault]")) {
		button.setAttribute("aria-pressed", String(button.dataset.fault === state.fault));
	}
	showTokens(state.tokens, state.token_count);
	showSubjects(state.tenants);
}

for (const button of document.querySelectorAll("[data-fault]")) {
	button.addEventListener("click", () => {
		const name = button.textContent.replace(/\s+/g, " ").trim();
		if (button.getAttribute("aria-pressed") === "true") {
			change("DELETE", "/dev/faults", undefined, "LumoAuth answers normally again.");
		}
		else {
			change("PUT", "/dev/faults/" + button.dataset.fault, undefined, `Switched on: ${name}.`);
		}
	});
}
byId("revoke-all").addEventListener("click", () =>
	change("DELETE", "/dev/tokens", undefined, (answer) => `Tokens revoked: ${answer.revoked}.`));
connect({
	open: () => byId("requests").replaceChildren(),
	state: show,
	requests: showRequests,
	events: showEvents,
	inbox: () => {},
});
