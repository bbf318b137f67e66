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

package dev.lumoauth.spring.aauth.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Base64;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.aauth.signature.VerificationKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a service with a key says of itself, and gives agents.
 */
class AAuthResourceRoutesTests {

	private static final SigningKey AGENT = TestKeys.rsa("agent-1");

	@TempDir
	private static Path directory;

	private static StubLumoAuth lumoAuth;

	private static SignedService service;

	@BeforeAll
	static void start() throws Exception {
		byte[] key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
		Path file = Files.writeString(directory.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\n"
				+ Base64.getMimeEncoder().encodeToString(key) + "\n-----END PRIVATE KEY-----\n");
		lumoAuth = new StubLumoAuth();
		service = SignedService.start(lumoAuth, "lumoauth.aauth.resource.key-file=" + file);
	}

	@AfterAll
	static void stop() {
		service.close();
		lumoAuth.close();
	}

	@Test
	void saysWhatItIs() {
		assertThat(get("/.well-known/aauth-resource").body()).isEqualTo("{\"resource\":\"https://api.example\","
				+ "\"jwks_uri\":\"https://api.example/.well-known/aauth-resource/jwks.json\","
				+ "\"supported_scopes\":[\"read\",\"write\"],\"additional_signature_components\":"
				+ "[\"@query\",\"content-digest\",\"content-type\",\"authorization\"]}");
	}

	@Test
	void showsThePublicKeyAlone() throws Exception {
		JWK key = publishedKey();
		assertThat(key.isPrivate()).isFalse();
		assertThat(key.getAlgorithm().getName()).isEqualTo("EdDSA");
	}

	/**
	 * What the challenge holds is for the agent that asked and the key that it signed by,
	 * and the published key has signed it.
	 */
	@Test
	void givesTokensToThoseWhoSign() throws Exception {
		WireAnswer challenge = signed("GET", "/api/things", "").send(service.port());
		assertThat(challenge.status()).isEqualTo(401);
		String header = challenge.header("Agent-Auth");
		assertThat(header)
			.matches("httpsig; auth-token; resource_token=\"[^\"]+\"; auth_server=\"" + lumoAuth.issuer() + "\"");
		expect(header.replaceAll(".*resource_token=\"([^\"]+)\".*", "$1"), "read", "write");
	}

	@Test
	void givesNoneToThoseWhoDont() {
		WireAnswer answer = WireRequest.of("GET", "/api/things", SignedService.HOST, "").send(service.port());
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.header("Agent-Auth")).isEqualTo("httpsig");
	}

	private static void expect(String token, String... scopes) throws Exception {
		SignedJWT parsed = SignedJWT.parse(token);
		JWK key = publishedKey();
		assertThat(parsed.getHeader().getKeyID()).isEqualTo(key.getKeyID());
		assertThat(VerificationKey.of(key).verifies("EdDSA", parsed.getSigningInput(), parsed.getSignature().decode()))
			.isTrue();
		assertThat(parsed.getJWTClaimsSet().getStringClaim("agent")).isEqualTo("https://agent.example");
		assertThat(parsed.getJWTClaimsSet().getStringClaim("agent_jkt")).isEqualTo(AGENT.thumbprint());
		assertThat(parsed.getJWTClaimsSet().getStringClaim("scope").split(" ")).containsExactly(scopes);
	}

	private static JWK publishedKey() throws Exception {
		return JWKSet.parse(get("/.well-known/aauth-resource/jwks.json").body()).getKeys().get(0);
	}

	private static WireRequest signed(String method, String target, String body) {
		return WireRequest
			.of(method, target, SignedService.HOST, body, "Content-Type: application/json",
					"Agent-Auth: agent_token=" + AAuthAuthenticationFilterTests.agentToken(AGENT, (claims) -> claims))
			.signed(AGENT, Clock.systemUTC());
	}

	private static WireAnswer get(String target) {
		WireAnswer answer = WireRequest.of("GET", target, SignedService.HOST, "").send(service.port());
		assertThat(answer.status()).isEqualTo(200);
		return answer;
	}

}
