// What agents call: MCP servers and other audiences, and AAuth's resources.
import { html, nothing } from "../shared/shared.js";
import { change, state, tenantPath, terms, toggle } from "../parts.js";

const accepted = (scopes) => scopes.length ? "accepts " + scopes.join(", ") : "accepts any scope";

function tenant(tenant) {
	const nonce = (on) => change(on ? "PUT" : "DELETE", tenantPath(tenant) + "/dpop-nonce", undefined,
		on ? "A DPoP proof needs a nonce now." : "A DPoP proof no longer needs a nonce.");
	return html`<section aria-label="Tenant ${tenant.slug}"><h2>MCP servers and other audiences of ${tenant.slug}</h2>
		${terms(tenant.audiences.map((audience) => [audience.id, [audience.resource, accepted(audience.scopes),
			audience.clients.length ? "for " + audience.clients.join(", ") : "for any agent"]]))}
		${tenant.aauth_resources.length ? html`<h2>AAuth resources</h2>${terms(tenant.aauth_resources.map((resource) => [resource.identifier,
			[...resource.keys, accepted(resource.scopes), resource.consent && "a user has to consent"]]))}` : nothing}
		<h2>LumoAuth itself</h2>${toggle("A DPoP proof needs a nonce from this server (RFC 9449, section 8)", tenant.dpop_nonce, nonce)}</section>`;
}

export default { path: "services", name: "Services", view: () => html`<h1 tabindex="-1">Services</h1>${state.tenants.map(tenant)}` };
