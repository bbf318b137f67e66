/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.browser;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dev server's consent page of AAuth, and what the console shows of who signs. The
 * agent and the resource have the same key here.
 */
@Timeout(300)
@Tag("nightly")
class AAuthIT {

	private static final String BASE = "/orgs/acme-corp/api/v1";

	private static final String AGENT = "https://research-analyst.example";

	private static final String RESOURCE = "https://mcp.example.com";

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

	@TempDir
	private static Path directory;

	private static Browser browser;

	private static Server server;

	private static KeyPair key;

	@BeforeAll
	static void start() throws Exception {
		key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
		browser = Browser.start(directory.resolve("profile"));
		server = Server.dev(directory, "--LUMOAUTH_DEV_AAUTH_TRUST_FIRST_KEY=true",
				"--LUMOAUTH_DEV_AAUTH_CONSENT=required");
		http.send(HttpRequest
			.newBuilder(
					URI.create(server.address() + "/dev/tenants/acme-corp/aauth-resources/res_mcp.example.com/jwks"))
			.header("Content-Type", "application/json")
			.PUT(BodyPublishers.ofString("{\"keys\":[" + jwk() + "]}"))
			.build(), BodyHandlers.discarding());
	}

	@AfterAll
	static void stop() throws Exception {
		if (server != null) {
			server.close();
		}
		if (browser != null) {
			browser.close();
		}
	}

	@Test
	void aUserAllowsAndTheConsoleSaysWhoSigned() throws Exception {
		browser.open(ask());
		browser.awaitText("h1", "Let Research Analyst use " + RESOURCE);
		browser.awaitText("main", thumbprint());
		Looks.check(browser, "aauth-consent");
		browser.click("button[name=user][value=bob]");
		String code = back("code");
		String answer = post(
				"{\"request_type\":\"code\",\"code\":\"%s\",\"redirect_uri\":\"%s\"}".formatted(code, redirectUri()));
		assertThat(find("auth_token", answer)).isNotEmpty();
		browser.open(server.address() + "/?agent=" + AGENT);
		browser.click(".requests li:not([hidden]) a");
		browser.awaitText(".pane .signer", "%s, key %s".formatted(AGENT, thumbprint()));
		browser.find(".pane pre");
		String pane = (String) browser.script("return document.documentElement.outerHTML");
		browser.open(server.address() + "/console/agents/acme-corp/agt_research-analyst");
		browser.awaitText("#proofs", "key " + thumbprint() + ", has signed");
		browser.awaitText("#token-list .chain", "agt_research-analyst acts for usr_bob");
		browser.awaitText("#token-list", "obtained with its signature and a user’s consent");
		Looks.check(browser, "console-aauth");
		assertThat(pane).doesNotContain(code, find("auth_token", answer), find("refresh_token", answer));
		assertThat((String) browser.script("return document.documentElement.outerHTML")).doesNotContain(code,
				find("auth_token", answer), find("refresh_token", answer));
		// Nobody is where the user returned to; nothing else is wrong.
		assertThat(browser.complaints()).allMatch((complaint) -> complaint.contains("status of 404"));
	}

	@Test
	void aUserDenies() throws Exception {
		browser.open(ask());
		browser.click("button[name=decline]");
		assertThat(back("error")).isEqualTo("access_denied");
	}

	private static String ask() throws Exception {
		long now = System.currentTimeMillis() / 1000;
		String resourceToken = jwt("resource+jwt", """
				{"iss":"%s","aud":"%s","agent":"%s","agent_jkt":"%s","scope":"mcp:read","iat":%d,"exp":%d,"jti":"%s"}"""
			.formatted(RESOURCE, server.address() + BASE, AGENT, thumbprint(), now, now + 300, UUID.randomUUID()));
		return find("authorization_uri",
				post("{\"request_type\":\"auth\",\"resource_token\":\"%s\",\"redirect_uri\":\"%s\"}"
					.formatted(resourceToken, redirectUri())));
	}

	private static String redirectUri() {
		return server.address() + "/callback";
	}

	/** Nobody is at the address that the user returns to. */
	private static String back(String parameter) {
		Pattern pattern = Pattern.compile(Pattern.quote(redirectUri()) + "\\?" + parameter + "=([\\w-]+)");
		return browser.await(() -> {
			Matcher matcher = pattern.matcher((String) browser.script("return location.href"));
			return matcher.matches() ? matcher.group(1) : null;
		});
	}

	private static String post(String body) throws Exception {
		URI uri = URI.create(server.address() + BASE + "/aauth/agent/token");
		long now = System.currentTimeMillis() / 1000;
		String token = jwt("agent+jwt", """
				{"iss":"%1$s","sub":"%1$s","iat":%2$d,"exp":%3$d,"cnf":{"jwk":%4$s}}""".formatted(AGENT, now, now + 60,
				jwk()));
		String digest = "sha-256=:" + Base64.getEncoder().encodeToString(sha256(body)) + ":";
		String params = "(\"@method\" \"@authority\" \"@path\" \"signature-key\" \"content-digest\" \"content-type\""
				+ " \"authorization\");created=%d;nonce=\"%s\"".formatted(now, UUID.randomUUID());
		String base = """
				"@method": POST
				"@authority": %s
				"@path": %s
				"signature-key":\s
				"content-digest": %s
				"content-type": application/json
				"authorization":\s
				"@signature-params": %s""".formatted(uri.getAuthority(), uri.getPath(), digest, params);
		return http
			.send(HttpRequest.newBuilder(uri)
				.header("Agent-Auth", "agent_token=" + token)
				.header("Content-Type", "application/json")
				.header("Content-Digest", digest)
				.header("Signature-Input", "sig1=" + params)
				.header("Signature", "sig1=:" + sign(base) + ":")
				.POST(BodyPublishers.ofString(body))
				.build(), BodyHandlers.ofString())
			.body();
	}

	private static String jwt(String type, String claims) throws Exception {
		String header = "{\"alg\":\"EdDSA\",\"typ\":\"%s\"}".formatted(type);
		String input = encode(header.getBytes(StandardCharsets.UTF_8)) + "."
				+ encode(claims.getBytes(StandardCharsets.UTF_8));
		return input + "." + sign(input);
	}

	private static String sign(String text) throws Exception {
		Signature signature = Signature.getInstance("Ed25519");
		signature.initSign(key.getPrivate());
		signature.update(text.getBytes(StandardCharsets.UTF_8));
		return encode(signature.sign());
	}

	private static String jwk() {
		byte[] encoded = key.getPublic().getEncoded();
		return "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}"
			.formatted(encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
	}

	/** The key above has its members in the order that RFC 7638 wants. */
	private static String thumbprint() throws Exception {
		return encode(sha256(jwk()));
	}

	private static byte[] sha256(String text) throws Exception {
		return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String encode(byte[] bytes) {
		return BASE64URL.encodeToString(bytes);
	}

	private static String find(String name, String json) {
		Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
		assertThat(matcher.find()).as(json).isTrue();
		return matcher.group(1);
	}

}
