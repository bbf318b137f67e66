// The agents: a list, and one agent.
import { code, gauge, html, nothing, number, tag, time } from "../shared/shared.js";
import { agentsOf, button, change, claims, draw, form, missing, path, request, say, state, terms, toggle } from "../parts.js";

// The secrets that are shown, by the agent's path. They are fetched when somebody asks for one.
const secrets = new Map();

const pathOf = (agent) => path("/dev/tenants", agent.tenant.slug, "agents", agent.client_id);
const addressOf = (agent) => path("/console/agents", agent.tenant.slug, agent.client_id);
const tokensOf = (agent) => state.tokens.filter((token) => token.tenant === agent.tenant.slug && token.client_id === agent.client_id);
const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

const list = () => html`<h1 tabindex="-1">Agents</h1><ul class="cards">${agentsOf(state.tenants).map((agent) => html`<li class="card">
	<h2><a href=${addressOf(agent)}>${agent.name}</a> ${agent.enabled ? nothing : tag("bad", "disabled")}</h2>
	<p class="quiet">${code(agent.client_id)} of ${agent.tenant.slug}</p>
	<p>${count(Object.values(agent.capabilities).filter(Boolean).length, "capability", "capabilities")},
		${count(tokensOf(agent).length, "token", "tokens")} in use</p>
	${gauge("Budget", agent.budget?.tokens_used_today, agent.budget?.max_tokens_per_day, agent.budget_exhausted)}</li>`)}</ul>`;

const grant = (agent, capability, granted) => change(granted ? "PUT" : "DELETE", `${pathOf(agent)}/capabilities/${path(capability)}`,
	undefined, `${agent.name} ${granted ? "has" : "no longer has"} the capability ${capability}.`);

const capabilities = (agent) => html`<section aria-labelledby="capabilities"><h2 id="capabilities">Capabilities</h2>
	<ul class="switches">${Object.entries(agent.capabilities).map(([name, granted]) =>
		html`<li>${toggle(code(name), granted, (on) => grant(agent, name, on))}</li>`)}</ul>
	${form(html`<label>Another capability <input name="capability" data-once required maxlength="256" pattern="[!#-\\[\\]-~]+" autocomplete="off"
		spellcheck="false"></label> <button>Grant</button>`, ({ capability }) => grant(agent, capability, true), "Grant a capability")}</section>`;

const allow = (agent, server, tool, allowed) => change("PUT", pathOf(agent) + "/mcp-tools", { server_id: server, tool, allowed },
	`${agent.name} may ${allowed ? "" : "not "}call ${tool} of ${server}.`);

const tools = (agent) => html`<section aria-labelledby="tools"><h2 id="tools">MCP tools that it may not call</h2>
	${agent.denied_tools.length ? html`<ul class="switches">${agent.denied_tools.map(([server, tool]) => html`<li>${code(`${tool} of ${server}`)}
		${button("Allow", () => allow(agent, server, tool, true), `${tool} of ${server}`)}</li>`)}</ul>` : html`<p class="quiet">None.</p>`}
	${agent.tenant.audiences.length ? form(html`<label>MCP server <select name="server">${agent.tenant.audiences.map(({ id }) =>
		html`<option>${id}</option>`)}</select></label> <label>Tool <input name="tool" data-once required maxlength="100" autocomplete="off"
		spellcheck="false"></label> <button>Deny</button>`, ({ server, tool }) => allow(agent, server, tool, false), "Deny a tool") : nothing}</section>`;

const read = async (agent) => (await request("GET", pathOf(agent) + "/secret")).client_secret;

async function reveal(agent) {
	try {
		secrets.set(pathOf(agent), await read(agent));
		draw();
		return true;
	}
	catch (error) {
		say("The secret is not shown: " + error.message, true);
		return false;
	}
}

async function copy(agent) {
	try {
		await navigator.clipboard.writeText(await read(agent));
		say(`The secret of ${agent.name} was copied.`);
	}
	catch (error) {
		await reveal(agent) && say("The browser does not allow this page to copy. The secret is shown instead.", true);
	}
}

function credentials(agent) {
	const secret = secrets.get(pathOf(agent));
	const two = agent.valid_secrets > 1;
	return html`<section aria-labelledby="credentials"><h2 id="credentials">Credentials</h2>
		${agent.valid_secrets ? html`<p class="secret">Secret <code>${secret || "••••••••"}</code> 
			${button(secret ? "Hide" : "Show", () => secrets.delete(pathOf(agent)) ? draw() : reveal(agent), "secret")} ${button("Copy", () => copy(agent), "secret")}
			${button("Replace", async () => await change("PUT", pathOf(agent) + "/secret", undefined,
				`${agent.name} has a new secret. The old one is still valid.`) && reveal(agent), "secret")}
			${two ? button("Remove the old one", () => change("DELETE", pathOf(agent) + "/secret/previous", undefined,
				`${agent.name} has only one valid secret now.`), "secret") : nothing}</p>
			${two ? html`<p class="quiet">Two secrets are valid: this one and the old one.</p>` : nothing}` : html`<p class="quiet">It has no secret.</p>`}
		<div id="proofs">${terms(agent.proofs.map((proof) => [proof.kind, proof.details]))}</div></section>`;
}

function budget(agent) {
	const { tokens_used_today: used, api_calls_this_hour: calls, ...policy } = agent.budget || {};
	const limit = policy.max_tokens_per_day;
	const at = pathOf(agent) + "/budget";
	const slide = async ({ target }) => {
		if (!await change("PUT", at + "/used", { tokens: Number(target.value), api_calls: calls }, `${agent.name} has used ${number(target.value)} tokens today.`)) {
			target.value = used;
		}
		target.nextElementSibling.textContent = "";
	};
	const sliding = ({ target }) => target.nextElementSibling.textContent = `${number(target.value)} tokens`;
	return html`<section aria-labelledby="budget"><h2 id="budget">Budget</h2>
		<div id="budget-text">${gauge("", used, limit, agent.budget_exhausted, { control: html`<input type="range" aria-label="Tokens used today" min="0" step="1"
			.max=${String(limit)} .value=${String(used)} aria-valuetext="${number(used)} of ${number(limit ?? 0)} tokens" @input=${sliding}
			@change=${slide}><output></output>` })}</div>
		${agent.budget ? html`<p class="quiet">Calls to LumoAuth this hour: ${number(calls)}${policy.max_api_calls_per_hour === undefined ? ""
			: ` of ${number(policy.max_api_calls_per_hour)}`}. These are LumoAuth’s figures; an application adds what its own model calls use.</p>` : nothing}
		${form(html`<label>Tokens per day <input name="limit" type="number" min="0" max="1000000000000" step="1" required .value=${String(limit ?? "")}></label>
			<button>Set</button>${agent.budget ? html` ${button("Spend all", () => change("POST", at + "/exhaust", undefined, `The budget of ${agent.name} is exhausted.`))}
			${button("Raise by 50,000", () => change("POST", at + "/raise", { tokens: 50000 }, (answer) =>
				`${agent.name} may use ${number(answer.budget_policy.max_tokens_per_day)} tokens a day.`))}
			${button("Back to 0", () => change("POST", at + "/reset", undefined, `${agent.name} has used nothing yet.`))}` : nothing}`,
		(fields) => change("PUT", at, { ...policy, max_tokens_per_day: Number(fields.limit) },
			`${agent.name} may use ${number(fields.limit)} tokens a day.`), "Set the budget")}</section>`;
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
	return "obtained " + (words[by.way] || by.way) + platform
		+ (jkt ? `; bound to the key ${jkt} (${by.way.startsWith("aauth_") ? "AAuth" : "DPoP"})` : "");
}

function token(token) {
	const forItself = token.audience.length === 1 && token.audience[0] === token.client_id;
	return html`<li><details><summary><span class="chain">${token.actors.map((actor) => html`<span class="node">${actor}</span> <span
		class="quiet">acts for</span> `)}<span class="node subject">${token.subject}</span></span>
		<span class="quiet">at ${forItself ? "LumoAuth" : token.audience.join(", ")}, until ${time(token.expires_at)}, ${obtained(token)}</span></summary>
		${claims("The claims of the token. The signature is not shown.", token.claims)}</details></li>`;
}

export const tokens = (all, title, revoke) => html`<section aria-labelledby="tokens"><h2 id="tokens">${title}</h2>
	${all.length ? html`<ul class="entries" id="token-list">${all.map(token)}</ul>` : html`<p class="quiet" id="no-tokens">None. The first request fetches one.</p>`}
	${all.length ? button("Revoke them", revoke) : nothing}</section>`;

function one(agent) {
	const enable = (on) => change("POST", `${pathOf(agent)}/${on ? "enable" : "disable"}`, undefined, `${agent.name} is ${on ? "enabled" : "disabled"}.`);
	return html`<p><a href="/console/agents">All agents</a></p><div class="head"><h1 tabindex="-1">${agent.name}</h1>
		<a href="/?agent=${encodeURIComponent(agent.client_id)}">Its requests</a></div>
		<p class="quiet">${code(agent.client_id)} of ${agent.tenant.slug}</p>${toggle("Enabled", agent.enabled, enable)}
		<div class="columns">${capabilities(agent)}${credentials(agent)}${budget(agent)}${tools(agent)}${tokens(tokensOf(agent), "Tokens in use", () =>
			change("DELETE", pathOf(agent) + "/tokens", undefined, (answer) => `Tokens revoked: ${answer.revoked}.`))}</div>`;
}

export default {
	path: "agents",
	name: "Agents",
	view(tenant, id) {
		if (!tenant) {
			return list();
		}
		const agent = agentsOf(state.tenants).find((candidate) => candidate.tenant.slug === tenant && candidate.client_id === id);
		return agent ? one(agent) : missing("agent");
	},
};
