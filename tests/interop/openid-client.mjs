// Takes each of the dev server's ways with openid-client, as its documentation has it. Started by OpenidClientIT.
// Arguments: the dev server's URL, and a folder with client.pem and client.key.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import https from "node:https";
import * as client from "openid-client";

const [url, folder] = process.argv.slice(2);
const issuer = new URL(url + "/t/acme-corp/api/v1");
const options = { execute: [client.allowInsecureRequests] };
const admin = (method, path, body) => fetch(url + "/dev/tenants/acme-corp" + path,
		{ method, body, headers: { "Content-Type": "application/json" } });
const me = new URL(issuer + "/agents/me");
const exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

async function way(name, take) {
	const token = await take();
	console.log("ok", name, token.token_type);
}

async function call(config, token, dpop) {
	const response = await client.fetchProtectedResource(config, token.access_token, me, "GET", undefined, undefined, dpop);
	assert.equal(response.status, 200);
	return (await response.json()).identity.agent_id;
}

async function publish(agent, publicKey, kid) {
	const key = { ...await crypto.subtle.exportKey("jwk", publicKey), kid };
	assert.equal((await admin("PUT", `/agents/${agent}/jwks`, JSON.stringify({ keys: [key] }))).status, 200);
}

const discover = (id, authentication, metadata) => client.discovery(issuer, id, metadata, authentication, options);

// --- secrets -------------------------------------------------------------------------

for (const [name, method] of [["client_secret_post", client.ClientSecretPost], ["client_secret_basic", client.ClientSecretBasic]]) {
	await way(name, async () => {
		const config = await discover("agt_secret", method("secret: 100%"));
		const token = await client.clientCredentialsGrant(config);
		assert.equal(await call(config, token), "agt_secret");
		return token;
	});
}

// --- private_key_jwt -----------------------------------------------------------------

for (const algorithm of ["ES256", "RS256", "PS256", "Ed25519"]) {
	await way("private_key_jwt " + algorithm, async () => {
		const { publicKey, privateKey } = await client.randomDPoPKeyPair(algorithm);
		await publish("agt_key", publicKey, algorithm);
		const config = await discover("agt_key", client.PrivateKeyJwt({ key: privateKey, kid: algorithm }));
		const token = await client.clientCredentialsGrant(config);
		assert.equal(await call(config, token), "agt_key");
		const seen = await client.tokenIntrospection(config, token.access_token);
		assert.equal(seen.active, true);
		return token;
	});
}

await way("private_key_jwt with another key is refused", async () => {
	const { privateKey } = await client.randomDPoPKeyPair("ES256");
	const config = await discover("agt_key", client.PrivateKeyJwt(privateKey));
	await assert.rejects(client.clientCredentialsGrant(config), { status: 401, error: "invalid_client" });
	return { token_type: "none" };
});

// --- tls_client_auth -----------------------------------------------------------------

const ca = await (await fetch(url + "/dev/tls/certificate.pem")).text();
const certificate = { cert: readFileSync(folder + "/client.pem"), key: readFileSync(folder + "/client.key"), ca };

function withCertificate(target, { method, headers, body }) {
	if (!String(target).startsWith("https:")) {
		return fetch(target, { method, headers, body });
	}
	return new Promise((resolve, reject) => {
		const request = https.request(target, { method, headers: Object.fromEntries(new Headers(headers)), ...certificate },
				async (response) => {
					const chunks = [];
					for await (const chunk of response) {
						chunks.push(chunk);
					}
					resolve(new Response(Buffer.concat(chunks), { status: response.statusCode, headers: response.headers }));
				});
		request.on("error", reject);
		request.end(body ? String(body) : undefined);
	});
}

for (const agent of ["agt_named", "agt_printed"]) {
	await way("tls_client_auth " + agent, async () => {
		const config = await client.discovery(issuer, agent, { use_mtls_endpoint_aliases: true }, client.TlsClientAuth(),
				{ ...options, [client.customFetch]: withCertificate });
		const token = await client.clientCredentialsGrant(config);
		assert.equal(await call(config, token), agent);
		return token;
	});
}

// --- DPoP ----------------------------------------------------------------------------

async function withProof(algorithm) {
	const config = await discover("agt_secret", client.ClientSecretPost("secret: 100%"));
	const dpop = { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair(algorithm)) };
	const token = await client.clientCredentialsGrant(config, undefined, dpop);
	assert.equal(await call(config, token, dpop), "agt_secret");
	const bearer = await fetch(me, { headers: { Authorization: "Bearer " + token.access_token } });
	assert.equal(bearer.status, 401);
	const exchanged = await client.genericGrantRequest(config, exchange, {
		subject_token: token.access_token,
		subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
		audience: "urn:mcp:open",
	}, dpop);
	assert.equal(exchanged.token_type, "dpop");
	return token;
}

for (const algorithm of ["ES256", "PS256", "Ed25519"]) {
	await way("DPoP " + algorithm, () => withProof(algorithm));
}

await admin("PUT", "/dpop-nonce");
await way("DPoP with a nonce", () => withProof("ES256"));
await way("private_key_jwt and DPoP with a nonce", async () => {
	const { publicKey, privateKey } = await client.randomDPoPKeyPair("ES256");
	await publish("agt_key", publicKey, "both");
	const config = await discover("agt_key", client.PrivateKeyJwt({ key: privateKey, kid: "both" }));
	const dpop = { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256")) };
	const token = await client.clientCredentialsGrant(config, undefined, dpop);
	// Another nonce than the one that the client remembers.
	await admin("PUT", "/dpop-nonce");
	assert.equal(await call(config, token, dpop), "agt_key");
	return token;
});
