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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.aauth.agent.AAuthApi;
import dev.lumoauth.spring.aauth.agent.AuthAnswer;
import dev.lumoauth.spring.aauth.resource.AAuthResource;
import dev.lumoauth.spring.aauth.resource.ResourceTokens;
import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * An agent without a secret, and a resource, against the dev server.
 */
class AAuthDevServerIT {

	private static final String AGENT = "https://research-analyst.example";

	private static final String RESOURCE = "https://mcp.example.com";

	private static final KeyPair FIRST = TestKeys.pair("Ed25519", 0);

	private static final KeyPair NEXT = TestKeys.pair("RSA", 2048);

	private static final SigningKey RESOURCE_KEY = key(TestKeys.pair("Ed25519", 0));

	@TempDir
	private static Path directory;

	private static DevServer server;

	private Path file;

	@BeforeAll
	static void startServer() throws IOException {
		Path keys = TestKeys.write(directory.resolve("agent.jwks"),
				new JWKSet(List.of(key(FIRST).publicKey(), key(NEXT).publicKey())).toString());
		Path resourceKeys = TestKeys.write(directory.resolve("resource.jwks"),
				new JWKSet(RESOURCE_KEY.publicKey()).toString());
		server = new DevServer(directory, Map.of("LUMOAUTH_DEV_AAUTH_JWKS_FILE", "file:" + keys,
				"LUMOAUTH_DEV_AAUTH_RESOURCE_JWKS_FILE", "file:" + resourceKeys));
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void key() {
		this.file = TestKeys.write(directory.resolve("key.pem"), TestKeys.pem(FIRST));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.tenant", "lumoauth.org-id" })
	void livesByItsKeyInBothLayouts(String layout) {
		runner(layout).run((context) -> {
			assertThat(context).hasNotFailed();
			LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
			assertThat(agent.accessToken().getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.DPOP);
			assertThat(agent.info().agentId()).isEqualTo("agt_research-analyst");
			assertThat(agent.hasCapability("read:documents")).isTrue();
			assertThat(agent.hasCapability("delete:documents")).isFalse();
			assertThat(agent.mcpToken("urn:mcp:financial-data").getTokenType())
				.isEqualTo(OAuth2AccessToken.TokenType.DPOP);
			await().atMost(Duration.ofMinutes(1)).until(() -> agent.budget().state() == BudgetStatus.State.AVAILABLE);
			LumoAuthHttp http = context.getBean(LumoAuthHttp.class);
			ApiCalls calls = new ApiCalls(http, context.getBean(LumoAuthTokens.class));
			String task = calls.call(ApiRequest.create(http.endpoints().endpoint("jit/task"), Map.of("name", "Pay")),
					(answer) -> answer.requireId("task_id"));
			Map<String, Object> wanted = Map.of("task_id", task, "authorization_details", Map.of("type", "payment"),
					"justification", "Pay it", "requested_ttl", 300);
			String status = calls.call(ApiRequest.create(http.endpoints().endpoint("jit/request"), wanted),
					(answer) -> answer.requireText("status"));
			assertThat(status).isEqualTo("pending");
		});
	}

	@Test
	void followsItsKey() {
		runner("lumoauth.org-id").run((context) -> {
			LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
			LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
			String before = agent.accessToken().getTokenValue();
			assertThat(tokens.keyThumbprint()).isEqualTo(key(FIRST).thumbprint());
			TestKeys.write(this.file, TestKeys.pem(NEXT));
			assertThat(agent.accessToken().getTokenValue()).isNotEqualTo(before);
			assertThat(agent.hasCapability("read:documents")).isTrue();
			assertThat(tokens.keyThumbprint()).isEqualTo(key(NEXT).thumbprint());
		});
	}

	@Test
	void isNobodyWithAKeyThatLumoAuthDoesNotKnow() {
		TestKeys.write(this.file, TestKeys.pem(TestKeys.pair("Ed25519", 0)));
		runner("lumoauth.org-id").run((context) -> assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> context.getBean(LumoAuthAgent.class).accessToken())
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isIn("invalid_agent_token", "invalid_signature")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.tenant", "lumoauth.org-id" })
	void getsATokenForAResource(String layout) {
		runner(layout).run((context) -> {
			AAuthApi api = context.getBean(AAuthApi.class);
			String jkt = context.getBean(AAuthAgent.class).key().thumbprint();
			LumoAuthHttp http = context.getBean(LumoAuthHttp.class);
			try (AAuthResource resource = AAuthResource
				.builder(RESOURCE, http.endpoints().issuer(), new JdkClientHttpRequestFactory())
				.scopes(Set.of("mcp:read"))
				.key(() -> RESOURCE_KEY)
				.build()) {
				ResourceTokens tokens = Objects.requireNonNull(resource.resourceTokens());
				AuthAnswer answer = api.auth(tokens.issue(AGENT, jkt, Set.of("mcp:read")), Set.of(), null);
				assertThat(answer.token()).isNotNull();
				JWTClaimsSet claims = SignedJWT.parse(answer.token().getTokenValue()).getJWTClaimsSet();
				assertThat(claims.getAudience()).containsExactly(RESOURCE);
				assertThat(claims.getStringClaim("agent")).isEqualTo(AGENT);
				assertThat(answer.refreshToken()).isNotNull();
				AuthAnswer renewed = api.refresh(answer.refreshToken(), tokens.issue(AGENT, jkt, Set.of("mcp:read")),
						Set.of());
				assertThat(renewed.token()).isNotNull();
			}
		});
	}

	private ApplicationContextRunner runner(String layout) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthBudgetAutoConfiguration.class, LumoAuthAAuthAutoConfiguration.class))
			.withPropertyValues("lumoauth.url=" + server.url(), layout + "=acme-corp",
					"lumoauth.client-id=agt_research-analyst", "lumoauth.client-authentication-method=aauth",
					"lumoauth.aauth.agent=" + AGENT, "lumoauth.aauth.key-file=" + this.file,
					// Enough for the first answer of a busy machine.
					"lumoauth.read-timeout=30s");
	}

	private static SigningKey key(KeyPair pair) {
		return MessageSigner.signing(SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null));
	}

}
