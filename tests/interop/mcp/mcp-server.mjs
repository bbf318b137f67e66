// An MCP server made of the MCP project's own parts: requireBearerAuth, and the router of metadata (RFC 9728).
// Started by McpInteropIT. Arguments: the dev server's URL, the audience of its tokens.
import { randomUUID } from "node:crypto";
import express from "express";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { z } from "zod";
import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { getOAuthProtectedResourceMetadataUrl, mcpAuthMetadataRouter } from "@modelcontextprotocol/sdk/server/auth/router.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const [lumoAuth, audience] = process.argv.slice(2);
const oauthMetadata = await (await fetch(lumoAuth + "/t/acme-corp/api/v1/.well-known/oauth-authorization-server")).json();
const keys = createRemoteJWKSet(new URL(oauthMetadata.jwks_uri));

const verifier = {
	async verifyAccessToken(token) {
		try {
			const { payload } = await jwtVerify(token, keys, { issuer: oauthMetadata.issuer, audience });
			return { token, clientId: payload.client_id, scopes: (payload.scope ?? "").split(" "), expiresAt: payload.exp,
				extra: { subject: payload.sub } };
		} catch (error) {
			throw new InvalidTokenError(error.code ?? "no token");
		}
	},
};

function server() {
	const server = new McpServer({ name: "typescript", version: "1" });
	server.registerTool("whoami", { description: "Who calls", inputSchema: { greeting: z.string() } },
			({ greeting }, { authInfo }) => ({ content: [{ type: "text", text: `${greeting} ${authInfo.clientId}` }] }));
	return server;
}

const app = express();
const listening = app.listen(0, "127.0.0.1", () => {
	const mcp = new URL(`http://127.0.0.1:${listening.address().port}/mcp`);
	const auth = requireBearerAuth({ verifier, requiredScopes: ["mcp:financial"],
		resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(mcp) });
	const sessions = new Map();
	app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl: mcp, scopesSupported: ["mcp:financial"] }));
	app.all("/mcp", auth, express.json(), async (request, response) => {
		let transport = sessions.get(request.headers["mcp-session-id"]);
		if (!transport) {
			transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID,
				onsessioninitialized: id => sessions.set(id, transport) });
			await server().connect(transport);
		}
		await transport.handleRequest(request, response, request.body);
	});
	console.log("export MCP_URL=" + mcp.origin);
});
