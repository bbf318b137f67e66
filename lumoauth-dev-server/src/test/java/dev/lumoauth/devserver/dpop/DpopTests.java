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

package dev.lumoauth.devserver.dpop;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.Login;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.TestKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for proof of possession (RFC 9449).
 */
class DpopTests extends ServerTests {

	private static final String NONCE = "/dev/tenants/acme-corp/dpop-nonce";

	private final TestKeys keys = TestKeys.AGENTS;

	@AfterEach
	void doWithoutNonce() {
		this.client.send("DELETE", NONCE, null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ES256", "RS256", "PS256", "PS512", "EdDSA", "Ed25519" })
	void givesATokenForTheKeyOfTheProof(String algorithm) throws Exception {
		Answer answer = token(this.keys.prove(algorithm, proof(Map.of())));
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.get("token_type")).isEqualTo("DPoP");
		assertThat(answer.claims()).containsEntry("cnf",
				Map.of("jkt", this.keys.publicKey(algorithm).computeThumbprint().toString()));
		assertThat(me(answer.accessToken(),
				this.keys.prove(algorithm, proof(answer.accessToken(), "GET", "/agents/me", Map.of())))
			.status()).isEqualTo(200);
	}

	@Test
	void normalizesTheUriOfTheProof() {
		String port = this.client.url().substring("http://127.0.0.1".length());
		for (String uri : List.of("HTTP://127.0.0.1" + port + ACME + "/oauth/token?a=b#c",
				"http://127.0.0.1" + port + "/t/acme%2Dcorp/api/v1/oauth/./token")) {
			assertThat(token(prove(proof(Map.of("htu", uri)))).status()).as(uri).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "htm", "htu", "iat", "jti" })
	void refusesAProofWithoutAClaim(String missing) {
		Map<String, Object> claims = proof(Map.of());
		claims.remove(missing);
		refuses(token(prove(claims)));
	}

	@Test
	void refusesAProofForAnotherRequestOrTime() {
		long now = now();
		for (Map<String, Object> wrong : List.<Map<String, Object>>of(Map.of("htm", "GET"), Map.of("htm", "post"),
				Map.of("htu", this.client.url() + ACME + "/oauth/introspect"),
				Map.of("htu", this.client.url() + ACME_ORG + "/oauth/token"), Map.of("htu", "no uri"), Map.of("htu", 7),
				Map.of("iat", now - 62), Map.of("iat", now + 62), Map.of("iat", "now"), Map.of("jti", ""))) {
			refuses(token(prove(proof(wrong))));
		}
	}

	@Test
	void refusesAProofThatWasUsedAlready() {
		String proof = prove(proof(Map.of()));
		assertThat(token(proof).status()).isEqualTo(200);
		refuses(token(proof));
	}

	@Test
	void refusesWhatIsNoProof() {
		String other = new TestKeys("other").prove("ES256", proof(Map.of()));
		String proof = prove(proof(Map.of()));
		refuses(token("no proof"));
		refuses(token(proof.substring(0, proof.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'))));
		refuses(token(proof.substring(0, proof.lastIndexOf('.') + 1)));
		refuses(token(this.keys.sign("ES256", proof(Map.of()))));
		refuses(token(this.keys.sign(
				new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(this.keys.publicKey("ES256")).build(), proof(Map.of()))));
		refuses(token(
				this.keys.sign(new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt")).build(),
						proof(Map.of()))));
		refuses(this.client.formAs(new String[] { "DPoP", prove(proof(Map.of())), "DPoP", prove(proof(Map.of())) },
				ACME + "/oauth/token", "grant_type", "client_credentials", "client_id", "agt_analyst", "client_secret",
				"analyst-secret"));
	}

	@Test
	void takesABoundTokenOnlyWithItsKeyAndItsScheme() {
		String token = token(prove(proof(Map.of()))).accessToken();
		Answer bearer = this.client.get(ACME + "/agents/me", Client.bearer(token));
		assertThat(bearer.status()).isEqualTo(401);
		assertThat(bearer.get("error")).isEqualTo("invalid_token");
		assertThat(bearer.header("WWW-Authenticate")).startsWith("DPoP error=\"invalid_token\", algs=\"ES256");
		refusesAtResource(this.client.get(ACME + "/agents/me", "Authorization", "DPoP " + token));
		Map<String, Object> claims = proof(token, "GET", "/agents/me", Map.of());
		refusesAtResource(me(token, new TestKeys("thief").prove("ES256", claims)));
		refusesAtResource(me(token, prove(proof(token, "GET", "/me", Map.of()))));
		refusesAtResource(me(token, prove(proof(token, "POST", "/agents/me", Map.of()))));
		refusesAtResource(me(token, prove(proof(token + "x", "GET", "/agents/me", Map.of()))));
		claims.remove("ath");
		refusesAtResource(me(token, prove(claims)));
		String proof = prove(proof(token, "GET", "/agents/me", Map.of()));
		assertThat(me(token, proof).status()).isEqualTo(200);
		refusesAtResource(me(token, proof));
	}

	@Test
	void takesABoundTokenAtEachResource() {
		String token = token(prove(proof(Map.of()))).accessToken();
		assertThat(this.client
			.json("POST", ACME + "/authz/check", "{\"permission\":\"read:documents\"}",
					dpop(token, "POST", "/authz/check"))
			.get("allowed")).isEqualTo(true);
		assertThat(this.client.get(ACME + "/oauth/userinfo", dpop(token, "GET", "/oauth/userinfo")).status())
			.isEqualTo(200);
		assertThat(this.client.get(ACME + "/oauth/userinfo", Client.bearer(token)).get("error"))
			.isEqualTo("invalid_token");
		assertThat(this.client.json("POST", ACME + "/jit/task", "{\"name\":\"Pay\"}", dpop(token, "POST", "/jit/task"))
			.status()).isLessThan(300);
		assertThat(
				this.client
					.get("/api/v1/authz/permissions", "Authorization", "DPoP " + token, "DPoP",
							prove(proof(token, "GET", "",
									Map.of("htu", this.client.url() + "/api/v1/authz/permissions"))))
					.status())
			.isEqualTo(200);
	}

	@Test
	void introspectsWithABoundTokenAndItsKey() {
		String token = token(prove(proof(Map.of()))).accessToken();
		Answer answer = this.client.formAs(dpop(token, "POST", "/oauth/introspect"), ACME + "/oauth/introspect",
				"token", token);
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.json()).containsEntry("active", true).containsEntry("token_type", "DPoP").containsKey("cnf");
		Answer bearer = this.client.formAs(Client.bearer(token), ACME + "/oauth/introspect", "token", token);
		assertThat(bearer.status()).isEqualTo(401);
	}

	@Test
	void refusesATokenForNoKeyWithTheSchemeDpop() {
		String token = analyst().accessToken();
		Answer answer = this.client.get(ACME + "/agents/me", dpop(token, "GET", "/agents/me"));
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_token");
	}

	@Test
	void wantsANonceWhenItIsSwitchedOn() {
		assertThat(this.client.send("PUT", NONCE, null).get("dpop_nonce_required")).isEqualTo(true);
		Answer first = token(prove(proof(Map.of())));
		assertThat(first.status()).isEqualTo(400);
		assertThat(first.get("error")).isEqualTo("use_dpop_nonce");
		String nonce = first.header("DPoP-Nonce");
		Answer second = token(prove(proof(Map.of("nonce", nonce))));
		assertThat(second.status()).as(second.body()).isEqualTo(200);
		String token = second.accessToken();
		Answer resource = this.client.get(ACME + "/agents/me", dpop(token, "GET", "/agents/me"));
		assertThat(resource.status()).isEqualTo(401);
		assertThat(resource.get("error")).isEqualTo("use_dpop_nonce");
		assertThat(resource.header("WWW-Authenticate")).startsWith("DPoP error=\"use_dpop_nonce\"");
		assertThat(me(token, prove(proof(token, "GET", "/agents/me", Map.of("nonce", resource.header("DPoP-Nonce")))))
			.status()).isEqualTo(200);
		Answer introspection = this.client.formAs(dpop(token, "POST", "/oauth/introspect"), ACME + "/oauth/introspect",
				"token", token);
		assertThat(introspection.status()).isEqualTo(401);
		assertThat(introspection.header("WWW-Authenticate")).startsWith("DPoP error=\"use_dpop_nonce\"");
		assertThat(introspection.header("DPoP-Nonce")).isNotNull();
		assertThat(analyst().status()).isEqualTo(200);
	}

	@Test
	void changesTheNonceAndTakesThatOfTheMinuteBefore() {
		this.client.send("PUT", NONCE, null);
		String nonce = token(prove(proof(Map.of()))).header("DPoP-Nonce");
		this.clock.advance(Duration.ofMinutes(1));
		Answer answer = token(prove(proof(Map.of("nonce", nonce))));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("DPoP-Nonce")).isNotNull().isNotEqualTo(nonce);
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(token(prove(proof(Map.of("nonce", nonce)))).get("error")).isEqualTo("use_dpop_nonce");
		String latest = token(prove(proof(Map.of()))).header("DPoP-Nonce");
		this.client.send("PUT", NONCE, null);
		assertThat(token(prove(proof(Map.of("nonce", latest)))).get("error")).isEqualTo("use_dpop_nonce");
	}

	@Test
	void anAssertionOutlivesAProofThatLacksTheNonce() {
		this.client.send("PUT", NONCE, null);
		String assertion = this.keys.sign("ES256", Map.of("iss", "agt_keys", "sub", "agt_keys", "aud",
				this.client.url() + ACME, "exp", now() + 60, "jti", UUID.randomUUID().toString()));
		String[] parameters = { "grant_type", "client_credentials", "client_assertion", assertion,
				"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" };
		Answer first = this.client.formAs(new String[] { "DPoP", prove(proof(Map.of())) }, ACME + "/oauth/token",
				parameters);
		Answer second = this.client.formAs(
				new String[] { "DPoP", prove(proof(Map.of("nonce", first.header("DPoP-Nonce")))) },
				ACME + "/oauth/token", parameters);
		assertThat(second.status()).as(second.body()).isEqualTo(200);
	}

	@Test
	void anAgentCanBeMadeToHaveAKey() {
		refuses(this.client.token(ACME, "agt_bound", "bound-secret"));
		refuses(this.client.form(ACME + "/oauth/%74oken", "grant_type", "client_credentials", "client_id", "agt_bound",
				"client_secret", "bound-secret"));
		assertThat(request(prove(proof(Map.of())), "grant_type", "client_credentials", "client_id", "agt_bound",
				"client_secret", "bound-secret")
			.get("token_type")).isEqualTo("DPoP");
	}

	@Test
	void anAudienceCanWantTokensForAKey() {
		String token = analyst().accessToken();
		refuses(exchange(ACME, token, "audience", "urn:mcp:bound"));
		Answer answer = exchangeWith(prove(proof(Map.of())), token, "audience", "urn:mcp:bound");
		assertThat(answer.get("token_type")).isEqualTo("DPoP");
		assertThat(exchange(ACME, token, "audience", "urn:mcp:open").get("token_type")).isEqualTo("Bearer");
	}

	@Test
	void federatesAPlatformsTokenForAKey() {
		String platform = TestKeys.PLATFORMS.sign("RS256", Map.of("iss", "https://kubernetes.example", "sub",
				"system:serviceaccount:default:analyst", "aud", "https://lumoauth.example", "exp", now() + 60));
		Answer answer = request(prove(proof(Map.of())), "grant_type", Client.EXCHANGE, "subject_token", platform,
				"subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
		assertThat(answer.get("token_type")).as(answer.body()).isEqualTo("DPoP");
		assertThat(answer.claims()).containsEntry("sub", "agt_workload").containsKey("cnf");
	}

	@Test
	void exchangesABoundTokenOnlyWithItsKey() {
		String token = token(prove(proof(Map.of()))).accessToken();
		refuses(exchange(ACME, token, "audience", "urn:mcp:open"));
		refuses(exchange(ACME, token, "audience", "urn:mcp:open", "client_id", "agt_analyst", "client_secret",
				"analyst-secret"));
		refuses(exchangeWith(new TestKeys("thief").prove("ES256", proof(Map.of())), token, "audience", "urn:mcp:open"));
		assertThat(exchangeWith(prove(proof(Map.of())), token, "audience", "urn:mcp:open").get("token_type"))
			.isEqualTo("DPoP");
	}

	@Test
	void actsForTheHolderOfAnotherKeyOnlyWhenItProvesWhoItIs() {
		String subject = request(prove(proof(Map.of())), "grant_type", "client_credentials", "client_id",
				"agt_orchestrator", "client_secret", "orchestrator-secret")
			.accessToken();
		String[] actor = { "actor_token", specialist(), "actor_token_type", Client.ACCESS_TOKEN };
		refuses(exchange(ACME, subject, actor));
		List<String> withSecret = new ArrayList<>(Arrays.asList(actor));
		withSecret.addAll(List.of("client_id", "agt_specialist", "client_secret", "specialist-secret"));
		assertThat(exchange(ACME, subject, withSecret.toArray(String[]::new)).status()).isEqualTo(200);
		TestKeys own = new TestKeys("specialist");
		String bound = request(own.prove("ES256", proof(Map.of())), "grant_type", "client_credentials", "client_id",
				"agt_specialist", "client_secret", "specialist-secret")
			.accessToken();
		String[] boundActor = { "actor_token", bound, "actor_token_type", Client.ACCESS_TOKEN };
		refuses(exchange(ACME, subject, boundActor));
		Answer answer = exchangeWith(own.prove("ES256", proof(Map.of())), subject, boundActor);
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.get("token_type")).isEqualTo("DPoP");
	}

	@Test
	void aLoginCanBeForAKeyFromItsBegin() throws Exception {
		String thumbprint = this.keys.ec().computeThumbprint().toString();
		Login login = new Login(this.client, ACME, "portal-secret");
		login.request.put("dpop_jkt", thumbprint);
		refuses(login.as("alice"));
		refuses(request(new TestKeys("thief").prove("ES256", proof(Map.of())), code(login)));
		Answer answer = request(prove(proof(Map.of())), code(login));
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.get("token_type")).isEqualTo("DPoP");
		assertThat(answer.claims()).containsEntry("cnf", Map.of("jkt", thumbprint));
		String token = answer.accessToken();
		assertThat(this.client.get(ACME + "/oauth/userinfo", dpop(token, "GET", "/oauth/userinfo")).get("sub"))
			.isEqualTo("6f0d2f1e-alice");
	}

	@Test
	void aRefreshTokenWithoutASecretIsForTheKey() {
		Login login = new Login(this.client, ACME, "none");
		login.request.put("client_id", "agt_public");
		login.request.put("redirect_uri", "http://127.0.0.1:8123/callback");
		login.request.put("scope", "read:documents");
		login.token.put("client_id", "agt_public");
		login.token.put("redirect_uri", "http://127.0.0.1:8123/callback");
		login.token.remove("client_secret");
		Answer first = request(prove(proof(Map.of())), code(login));
		assertThat(first.get("token_type")).as(first.body()).isEqualTo("DPoP");
		String[] refresh = { "grant_type", "refresh_token", "client_id", "agt_public", "refresh_token",
				first.get("refresh_token").toString() };
		refuses(this.client.form(ACME + "/oauth/token", refresh));
		refuses(request(new TestKeys("thief").prove("ES256", proof(Map.of())), refresh));
		assertThat(request(prove(proof(Map.of())), refresh).get("token_type")).isEqualTo("DPoP");
	}

	private static String[] code(Login login) {
		login.token.put("code", Login.parameter(login.choose("alice"), "code"));
		return login.token.entrySet()
			.stream()
			.flatMap((entry) -> Stream.of(entry.getKey(), entry.getValue()))
			.toArray(String[]::new);
	}

	private Map<String, Object> proof(Map<String, Object> others) {
		Map<String, Object> claims = new HashMap<>(Map.of("htm", "POST", "htu",
				this.client.url() + ACME + "/oauth/token", "iat", now(), "jti", UUID.randomUUID().toString()));
		claims.putAll(others);
		return claims;
	}

	private Map<String, Object> proof(String token, String method, String path, Map<String, Object> others) {
		Map<String, Object> claims = proof(
				Map.of("htm", method, "htu", this.client.url() + ACME + path, "ath", hash(token)));
		claims.putAll(others);
		return claims;
	}

	private static String hash(String token) {
		try {
			return Base64.getUrlEncoder()
				.withoutPadding()
				.encodeToString(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String prove(Map<String, Object> claims) {
		return this.keys.prove("ES256", claims);
	}

	private String[] dpop(String token, String method, String path) {
		return new String[] { "Authorization", "DPoP " + token, "DPoP", prove(proof(token, method, path, Map.of())) };
	}

	private long now() {
		return Instant.now(this.clock).getEpochSecond();
	}

	private Answer me(String token, String proof) {
		return this.client.get(ACME + "/agents/me", "Authorization", "DPoP " + token, "DPoP", proof);
	}

	private Answer token(String proof) {
		return request(proof, "grant_type", "client_credentials", "client_id", "agt_analyst", "client_secret",
				"analyst-secret");
	}

	private Answer request(String proof, String... parameters) {
		return this.client.formAs(new String[] { "DPoP", proof }, ACME + "/oauth/token", parameters);
	}

	private Answer exchangeWith(String proof, String subject, String... parameters) {
		List<String> all = new ArrayList<>(List.of("grant_type", Client.EXCHANGE, "subject_token", subject,
				"subject_token_type", Client.ACCESS_TOKEN));
		all.addAll(Arrays.asList(parameters));
		return request(proof, all.toArray(String[]::new));
	}

	private static void refuses(Answer answer) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_dpop_proof");
	}

	private static void refusesAtResource(Answer answer) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_dpop_proof");
		assertThat(answer.header("WWW-Authenticate")).startsWith("DPoP error=\"invalid_dpop_proof\"");
	}

}
