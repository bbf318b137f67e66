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

package dev.lumoauth.mcpserver;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The server where a token alone is worth nothing (RFC 9449).
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = "lumoauth.mcp.server.dpop-required=true")
class ProofOfPossessionTests {

	private static final String INITIALIZE = """
			{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",
			"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

	@RegisterExtension
	static final WireMockExtension LUMO_AUTH = WireMockExtension.newInstance().build();

	private final Issuer issuer = new Issuer(LUMO_AUTH);

	private final ECKey key = key();

	private Mcp mcp;

	private String token;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		registry.add("lumoauth.url", LUMO_AUTH::baseUrl);
		registry.add("lumoauth.tenant", () -> "acme-corp");
	}

	@BeforeEach
	void prepare(@LocalServerPort int port) throws Exception {
		this.mcp = new Mcp(port);
		this.issuer.open();
		String jkt = this.key.computeThumbprint().toString();
		this.token = this.issuer.token((claims) -> claims.claim("cnf", Map.of("jkt", jkt)));
	}

	@Test
	void takesATokenWithAProofByItsKey() {
		assertThat(send("DPoP " + this.token, proof(this.key, "POST", "/mcp", this.token)).statusCode()).isEqualTo(200);
	}

	@Test
	void aStolenTokenIsWorthNothing() {
		String used = proof(this.key, "POST", "/mcp", this.token);
		assertThat(send("DPoP " + this.token, used).statusCode()).isEqualTo(200);
		assertThat(send("Bearer " + this.token, null).statusCode()).isEqualTo(401);
		assertThat(send("DPoP " + this.token, null).statusCode()).isEqualTo(401);
		assertThat(send("DPoP " + this.token, proof(key(), "POST", "/mcp", this.token)).statusCode()).isEqualTo(401);
		assertThat(send("DPoP " + this.token, used).statusCode()).as("the proof was used").isEqualTo(401);
	}

	@Test
	void takesNoProofOfAnotherRequest() {
		assertThat(send("DPoP " + this.token, proof(this.key, "GET", "/mcp", this.token)).statusCode()).isEqualTo(401);
		assertThat(send("DPoP " + this.token, proof(this.key, "POST", "/other", this.token)).statusCode())
			.isEqualTo(401);
		assertThat(send("DPoP " + this.token, proof(this.key, "POST", "/mcp", this.issuer.token())).statusCode())
			.isEqualTo(401);
	}

	@Test
	void takesNoTokenThatIsBoundToNothing() {
		String bearer = this.issuer.token();
		HttpResponse<String> refused = send("Bearer " + bearer, null);
		assertThat(refused.statusCode()).isEqualTo(401);
		assertThat(refused.headers().firstValue("WWW-Authenticate"))
			.hasValueSatisfying((challenge) -> assertThat(challenge).startsWith("DPoP error=\"invalid_token\"")
				.contains("algs=\"ES256 RS256\""));
		assertThat(send("DPoP " + bearer, proof(this.key, "POST", "/mcp", bearer)).statusCode()).isEqualTo(401);
	}

	@Test
	void saysSoInItsMetadata() {
		assertThat(this.mcp.send("/.well-known/oauth-protected-resource/mcp", HttpRequest.Builder::GET).body())
			.contains("\"dpop_bound_access_tokens_required\":true")
			.contains("\"dpop_signing_alg_values_supported\":[\"ES256\",\"RS256\"]");
	}

	private HttpResponse<String> send(String authorization, String proof) {
		return this.mcp.send("/mcp", (request) -> {
			request.header("Authorization", authorization);
			if (proof != null) {
				request.header("DPoP", proof);
			}
			return request.POST(HttpRequest.BodyPublishers.ofString(INITIALIZE));
		});
	}

	private String proof(ECKey key, String method, String path, String token) {
		try {
			JWTClaimsSet claims = new JWTClaimsSet.Builder().jwtID(UUID.randomUUID().toString())
				.claim("htm", method)
				.claim("htu", this.mcp.url() + path)
				.claim("ath", Base64URL
					.encode(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)))
					.toString())
				.issueTime(Date.from(Instant.now()))
				.build();
			SignedJWT proof = new SignedJWT(
					new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt"))
						.jwk(key.toPublicJWK())
						.build(),
					claims);
			proof.sign(new ECDSASigner(key));
			return proof.serialize();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ECKey key() {
		try {
			return new ECKeyGenerator(Curve.P_256).generate();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
