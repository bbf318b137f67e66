// Calls the demo's MCP server as the MCP project's own client and inspector do. Started by McpInteropIT.
// Arguments: the dev server's URL, the MCP server's URL.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { discoverOAuthProtectedResourceMetadata, extractWWWAuthenticateParams } from "@modelcontextprotocol/sdk/client/auth.js";
import { ClientCredentialsProvider } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [lumoAuth, server] = process.argv.slice(2);
const issuer = lumoAuth + "/t/acme-corp/api/v1";
const mcp = new URL("/mcp", server);
const agent = { client_id: "agt_research-analyst", client_secret: "local-development-only" };
const call = { name: "queryFinancials", arguments: { metric: "EBITDA" } };

async function way(name, take) {
	await take();
	console.log("ok", name);
}

async function token(parameters) {
	const response = await fetch(issuer + "/oauth/token", { method: "POST", body: new URLSearchParams({ ...agent, ...parameters }) });
	assert.equal(response.status, 200);
	return (await response.json()).access_token;
}

async function exchanged(scope) {
	const own = await token({ grant_type: "client_credentials" });
	return token({ grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: own,
		subject_token_type: "urn:ietf:params:oauth:token-type:access_token", audience: "urn:mcp:financial-data", scope });
}

function transport(bearer, authProvider) {
	return new StreamableHTTPClientTransport(mcp,
			{ authProvider, requestInit: bearer ? { headers: { Authorization: "Bearer " + bearer } } : undefined });
}

async function connected(transport, use) {
	const client = new Client({ name: "interop", version: "1" });
	await client.connect(transport);
	try {
		return await use(client);
	} finally {
		await client.close();
	}
}

function post(bearer) {
	const body = { jsonrpc: "2.0", id: 1, method: "initialize",
		params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "interop", version: "1" } } };
	return fetch(mcp, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json",
		Accept: "application/json, text/event-stream", ...(bearer ? { Authorization: "Bearer " + bearer } : {}) } });
}

const good = await exchanged("mcp:financial");

await way("a client with a token lists and calls", () => connected(transport(good), async client => {
	const { tools } = await client.listTools();
	assert.deepEqual(tools.map(tool => tool.name), ["queryFinancials"]);
	const { content, isError } = await client.callTool(call);
	assert.ok(!isError);
	assert.match(content[0].text, /EBITDA/);
}));

await way("a client without a token is told where to get one", async () => {
	const response = await post();
	assert.equal(response.status, 401);
	const { resourceMetadataUrl } = extractWWWAuthenticateParams(response);
	const metadata = await discoverOAuthProtectedResourceMetadata(mcp, { resourceMetadataUrl });
	assert.ok(metadata.resource);
	assert.equal(metadata.authorization_servers.length, 1);
	assert.ok(metadata.authorization_servers[0].startsWith(lumoAuth));
	await assert.rejects(connected(transport(), client => client.listTools()));
});

await way("a token for LumoAuth itself is none", async () => {
	const own = await token({ grant_type: "client_credentials" });
	assert.equal((await post(own)).status, 401);
	await assert.rejects(connected(transport(own), client => client.listTools()));
});

await way("a token that was changed is none", async () => {
	assert.equal((await post(good.slice(0, -4) + "AAAA")).status, 401);
});

// It finds the authorization server by itself, and asks there for a resource that nobody has registered.
await way("the client's own flow of credentials ends where this server's tokens are from", async () => {
	const provider = new ClientCredentialsProvider({ clientId: agent.client_id, clientSecret: agent.client_secret,
		scope: "mcp:financial", expectedIssuer: issuer });
	await assert.rejects(connected(transport(undefined, provider), client => client.listTools()), /not registered/);
});

async function inspect(bearer, ...options) {
	const { stdout } = await promisify(execFile)("npx", ["--no-install", "mcp-inspector", "--cli", mcp.href, "--transport", "http",
			...(bearer ? ["--header", "Authorization: Bearer " + bearer] : []), ...options], { timeout: 60000 });
	return JSON.parse(stdout);
}

await way("the inspector lists", async () => {
	const { tools } = await inspect(good, "--method", "tools/list");
	assert.deepEqual(tools.map(tool => tool.name), ["queryFinancials"]);
});

await way("the inspector calls", async () => {
	const { content } = await inspect(good, "--method", "tools/call", "--tool-name", call.name, "--tool-arg", "metric=EBITDA");
	assert.match(content[0].text, /EBITDA/);
});

await way("the inspector without a token gets nothing", async () => {
	await assert.rejects(inspect(undefined, "--method", "tools/list"));
});
